using System.Collections.Immutable;

namespace Mesh.Core.Resources;

/// <summary>Selects workloads by labels, all of which must match.</summary>
public sealed record WorkloadSelector
{
    /// <summary>Labels and the values they must have, compared exactly; wildcards are not allowed.</summary>
    public ImmutableSortedDictionary<string, string> MatchLabels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
