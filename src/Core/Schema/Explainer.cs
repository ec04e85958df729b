using System.Diagnostics.CodeAnalysis;
using Mesh.Core.Fields;
using Mesh.Core.Kinds;

namespace Mesh.Core.Schema;

/// <summary>Explains kinds and fields by name, from the models alone. Stateless but for the descriptions; thread-safe.</summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
public sealed class Explainer(Descriptions descriptions)
{
    private const string Own = "Mesh 0.1";

    /// <summary>
    /// Explains <c>KIND[.field.path]</c>: the kind by any of its names, the path with or without <c>spec</c>, indexes allowed and ignored.
    /// </summary>
    /// <param name="name">As users write it.</param>
    /// <param name="recursive">All fields below, not only the next ones.</param>
    /// <param name="found">The explanation.</param>
    /// <param name="error">What there is not, and what was probably meant.</param>
    public bool TryExplain(string name, bool recursive, [NotNullWhen(true)] out FieldExplanation? found, [NotNullWhen(false)] out string? error)
    {
        found = null;
        if (FindKind(name, out var path) is not { } kind)
        {
            error = UnknownKind(name.Split('.')[0]);
            return false;
        }

        var at = new Place(kind, kind.BodyAtRoot ? "" : "spec", RecordShape.Of(kind.SpecType), null, Enforcement.Of(kind));
        foreach (var part in path.Where((p, i) => i > 0 || kind.BodyAtRoot || p != "spec"))
        {
            var field = part.Split('[')[0];
            if (at.Into(field) is not { } next)
            {
                error = UnknownField(at, field);
                return false;
            }

            at = next;
        }

        (found, error) = (Explain(at, recursive ? int.MaxValue : 1), null);
        return true;
    }

    // The name of a kind may have dots itself: the longest that is known counts.
    private static KindInfo? FindKind(string name, out string[] path)
    {
        var parts = name.Split('.');
        for (var length = parts.Length; length > 0; length--)
        {
            if (!KindRegistry.TryFindByUserName(string.Join('.', parts[..length]), out var kind)) continue;
            path = parts[length..];
            return kind;
        }

        path = [];
        return null;
    }

    private static string UnknownKind(string name)
    {
        var nearest = FieldNames.Nearest(name.ToLowerInvariant(), KindRegistry.All.SelectMany(k => (string[])[k.Singular, k.Plural]));
        if (UnsupportedKinds.FindByUserName(name) is { } unsupported) return $"{unsupported.Reason}. {unsupported.Hint}";
        return $"there is no kind '{name}'. " + (nearest is null ? $"The kinds are {string.Join(", ", KindRegistry.All.Select(k => k.Singular))}." : $"Did you mean {nearest}?");
    }

    private static string UnknownField(Place at, string field)
    {
        if (at.Shape is not { } shape) return $"{at.Name} is a {TypeNames.Of(at.Field!.Value)} and has no fields.";
        var names = shape.Fields.Select(f => f.Name).ToArray();
        var nearest = FieldNames.Nearest(field, names);
        return $"{at.Name} has no field '{field}'. " + (nearest is null ? $"The fields are {string.Join(", ", names)}." : $"Did you mean {nearest}?");
    }

    private FieldExplanation Explain(Place at, int depth) => new()
    {
        Kind = at.Kind.QualifiedKind,
        Path = at.Path,
        Type = at.Field is null ? at.Shape!.Type.Name : TypeNames.Of(at.Field.Value),
        Description = at.Field is null ? descriptions.Of(at.Shape!.Type) : descriptions.Of(at.Field),
        Required = at.Field is { Required: true },
        Default = at.Field is null ? null : FieldFacts.DefaultOf(at.Field),
        Allowed = at.Field is null ? null : TypeNames.Allowed(at.Field),
        Excludes = at.Excludes,
        Versions = at.Kind.Versions,
        Since = at.Field is not null && FieldFacts.ReleaseOf(descriptions.Of(at.Field)) is { } release ? $"{Own} (Istio {release})" : Own,
        Enforcement = at.Enforcement,
        Values = at.Field is null ? [] : [.. Enforcement.OfValues(at.Field)],
        Fields = at.Shape is null || depth == 0 ? [] : [.. at.Shape.Fields.Select(f => Explain(at.Into(f.Name)!, depth - 1))],
    };

    [RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
    [RequiresDynamicCode("Builds collections of types found by reflection.")]
    private sealed record Place(KindInfo Kind, string Path, RecordShape? Shape, FieldShape? Field, Enforcement Enforcement)
    {
        public System.Collections.Immutable.ImmutableArray<string> Excludes { get; private init; } = [];

        /// <summary>For messages: <c>virtualservice.spec.http</c>.</summary>
        public string Name => Path.Length == 0 ? Kind.Singular : $"{Kind.Singular}.{Path}";

        public Place? Into(string name)
        {
            if (Shape?.Find(name) is not { } field) return null;
            var own = Field is null ? Kind.Kind : Kind.BodyAtRoot ? Path : Path["spec.".Length..];
            return new Place(Kind, Path.Length == 0 ? name : $"{Path}.{name}", TypeNames.RecordOf(field.Value), field, Enforcement.Of(field, Enforcement, own))
            {
                Excludes = field.OneOf is null ? [] : [.. Shape.Fields.Where(f => f.OneOf == field.OneOf && f != field).Select(f => f.Name)],
            };
        }
    }
}
