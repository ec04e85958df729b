using System.Collections.Immutable;
using Mesh.Translation.Indexing;

namespace Mesh.Analysis.Analyzers;

/// <summary>Whether two selectors are for the same workloads, judged by themselves.</summary>
internal static class SelectorsOverlap
{
    /// <summary>Whether whatever one selects the other selects too; Istio's measure.</summary>
    public static bool SubsetEither(ImmutableSortedDictionary<string, string> one, ImmutableSortedDictionary<string, string> other) =>
        Labels.Match(one, other) || Labels.Match(other, one);
}
