using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>What a set of machines outside Kubernetes has in common: the template of their WorkloadEntries (networking.istio.io WorkloadGroup).</summary>
[NotEnforced(Stance.Warn, "Workloads register with their node's agent, not through groups; the object has no effect.")]
public sealed record WorkloadGroup
{
    /// <summary>Labels and annotations that every entry of the group gets.</summary>
    public WorkloadGroupMeta? Metadata { get; init; }

    /// <summary>Ports, service account, network, locality and weight of every entry; address and labels belong to the single workload and to metadata.</summary>
    [Required]
    public WorkloadEntry? Template { get; init; }

    /// <summary>How the health of each workload is found out; null: a registered workload counts as healthy.</summary>
    public ReadinessProbe? Probe { get; init; }
}

/// <summary>Metadata of the entries of a group (Istio's WorkloadGroup.ObjectMeta).</summary>
public sealed record WorkloadGroupMeta
{
    /// <summary>Labels of every entry.</summary>
    [Size(0, 256)]
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Annotations of every entry.</summary>
    [Size(0, 256)]
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
