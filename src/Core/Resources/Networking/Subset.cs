using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>The part of a service's endpoints that carries some labels.</summary>
public sealed record Subset
{
    /// <summary>What routes call it; a DNS label.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>All of them must be on the workload; none selects every endpoint.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Overrides the rule's policy, setting by setting.</summary>
    public TrafficPolicy? TrafficPolicy { get; init; }
}
