using System.Collections.Immutable;
using Mesh.Core.Resources;

namespace Mesh.Translation;

/// <summary>
/// The whole configuration of one proxy, by xDS type and resource name. Immutable; consecutive values share what did not
/// change, so that comparing two resources by reference, then by version, finds the difference cheaply.
/// </summary>
public sealed record ProxyResources
{
    internal static readonly ImmutableSortedDictionary<string, ProxyResource> None =
        ImmutableSortedDictionary.Create<string, ProxyResource>(StringComparer.Ordinal);

    public static readonly ProxyResources Empty = new();

    public ImmutableSortedDictionary<string, ProxyResource> Listeners { get; init; } = None;

    public ImmutableSortedDictionary<string, ProxyResource> Routes { get; init; } = None;

    public ImmutableSortedDictionary<string, ProxyResource> Clusters { get; init; } = None;

    public ImmutableSortedDictionary<string, ProxyResource> Endpoints { get; init; } = None;

    /// <summary>The objects this configuration depends on: a change of any other leaves it as it is.</summary>
    public ImmutableSortedSet<ObjectKey> Dependencies { get; init; } = [];

    /// <summary>What is not in force for this proxy and why, ordered by object and path.</summary>
    public ImmutableArray<TranslationProblem> Problems { get; init; } = [];
}
