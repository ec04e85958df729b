using System.Collections.Immutable;
using System.Reflection;
using Mesh.Core.Fields;
using Mesh.Core.Validation;

namespace Mesh.Core.Kinds;

/// <summary>A kind of object that users write: its names, where it lives, and the model class of its spec.</summary>
public sealed record KindInfo
{
    /// <summary>As written in documents: <c>VirtualService</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The API group; empty for Kubernetes' core group.</summary>
    public required string Group { get; init; }

    /// <summary>Versions that are accepted; the first is the one objects are stored and shown in.</summary>
    public required ImmutableArray<string> Versions { get; init; }

    /// <summary>As in API paths: <c>virtualservices</c>.</summary>
    public required string Plural { get; init; }

    public required string Singular { get; init; }

    public ImmutableArray<string> ShortNames { get; init; } = [];

    /// <summary>False for kinds of cluster scope.</summary>
    public bool Namespaced { get; init; } = true;

    /// <summary>The class of <see cref="Resources.MeshObject.Spec"/>.</summary>
    public required Type SpecType { get; init; }

    /// <summary>Set where proxies do not act on objects of the kind at all.</summary>
    internal NotEnforcedAttribute? NotEnforced => SpecType.GetCustomAttribute<NotEnforcedAttribute>();

    /// <summary>What the mesh does with its objects.</summary>
    public KindUse Use { get; init; } = KindUse.Applied;

    /// <summary>
    /// Whether the fields of <see cref="SpecType"/> stand beside apiVersion, kind and metadata instead of under spec, as in an EndpointSlice. Such a
    /// model has <c>Spec</c> and <c>Status</c> as fields of its own where its kind has them.
    /// </summary>
    public bool BodyAtRoot { get; init; }

    /// <summary>Whether the API is defined in protobuf, whose JSON takes enums by number and fields by their snake_case names too.</summary>
    internal bool IsProtobuf => Group.EndsWith("istio.io", StringComparison.Ordinal) || Group == "mesh.dev";

    /// <summary>The form in <see cref="Resources.ObjectKey.Kind"/>: <c>VirtualService.networking.istio.io</c>, or <c>Service</c>.</summary>
    public string QualifiedKind => Group.Length == 0 ? Kind : $"{Kind}.{Group}";

    /// <summary>The apiVersion objects are stored with: <c>networking.istio.io/v1</c>.</summary>
    public string ApiVersion => ApiVersionOf(Versions[0]);

    /// <summary>Checks that need more than one field; called with the spec.</summary>
    internal Action<object, RuleContext> Check { get; init; } = static (_, _) => { };

    /// <summary>The apiVersion of one of <see cref="Versions"/>.</summary>
    public string ApiVersionOf(string version) => Group.Length == 0 ? version : $"{Group}/{version}";

    internal static KindInfo Of<T>(string group, ImmutableArray<string> versions, string plural, Action<T, RuleContext> check, params ImmutableArray<string> shortNames)
        where T : class => new()
    {
        Kind = typeof(T).Name,
        Group = group,
        Versions = versions,
        Plural = plural,
        Singular = typeof(T).Name.ToLowerInvariant(),
        ShortNames = shortNames,
        SpecType = typeof(T),
        Check = (spec, context) => check((T)spec, context),
    };

    /// <summary>As <see cref="Of{T}(string, ImmutableArray{string}, string, Action{T, RuleContext}, ImmutableArray{string})"/>, for a model that is not called as its kind.</summary>
    internal static KindInfo Named<T>(
        string kind, string group, ImmutableArray<string> versions, string plural, Action<T, RuleContext> check, params ImmutableArray<string> shortNames)
        where T : class => Of(group, versions, plural, check, shortNames) with { Kind = kind, Singular = kind.ToLowerInvariant() };
}
