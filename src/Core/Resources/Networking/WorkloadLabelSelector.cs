using System.Collections.Immutable;

namespace Mesh.Core.Resources.Networking;

/// <summary>Chooses workloads by their labels, as ServiceEntry and Sidecar spell it (Istio's networking WorkloadSelector).</summary>
public sealed record WorkloadLabelSelector
{
    /// <summary>Labels a workload must all have. Looked up only in the object's own namespace.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
