using System.Collections.Immutable;
using Mesh.Translation.Indexing;

namespace Mesh.Translation.Routing;

/// <summary>Where rules are being placed: for which proxy, behind which gateways, on which port.</summary>
/// <param name="Scope">The translation in progress.</param>
/// <param name="Gateways"><c>mesh</c>, or <c>namespace/name</c> of the Gateway objects that the virtual host belongs to.</param>
/// <param name="Port">The port callers dial.</param>
internal sealed record RouteContext(TranslationScope Scope, ImmutableArray<string> Gateways, int Port)
{
    public static ImmutableArray<string> Mesh { get; } = [VirtualServiceModel.Mesh];

    /// <summary>The cluster of the service that the rules are for, where a service it is.</summary>
    public string? Itself { get; init; }

    /// <summary>What is not there is not reported: the object in force before is looked at, which nobody can mend.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>Clusters that routes refer to.</summary>
    public HashSet<string> Clusters { get; init; } = new(StringComparer.Ordinal);
}
