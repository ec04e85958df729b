using System.Collections.Immutable;
using Mesh.Core.Identity;
using Mesh.Core.Snapshots;
using Mesh.Protocol.Delta;
using Mesh.Protocol.V1;
using Workload = Mesh.Core.Snapshots.Workload;

namespace Mesh.Cluster.Distribution;

/// <summary>
/// A workload and, packed once for all sessions, its resource. <paramref name="RegisteredAt"/> is no part of that: a file written again with
/// the same content is no news to the mesh.
/// </summary>
internal sealed record WorkloadModel(Workload Workload, DeltaResource Resource, ulong RegisteredAt);

/// <summary>Everything one agent reported through one origin. Immutable.</summary>
internal sealed record AgentModel(string Node, string Origin, ulong Epoch)
{
    /// <summary>Zero until the agent's own entry is there; such an agent does not count.</summary>
    public ulong Incarnation { get; init; }

    public bool Connected { get; init; }

    /// <summary>When its stream, or the replica that held it, was lost; null while connected.</summary>
    public DateTimeOffset? LostAt { get; init; }

    public string Replica { get; init; } = "";
    public string Version { get; init; } = "";

    /// <summary>The agent compiled every change up to this one.</summary>
    public Revision Revision { get; init; }

    public ImmutableDictionary<WorkloadId, WorkloadModel> Workloads { get; init; } = ImmutableDictionary<WorkloadId, WorkloadModel>.Empty;
    public ImmutableSortedDictionary<string, ProxyStatus> Proxies { get; init; } = ImmutableSortedDictionary<string, ProxyStatus>.Empty;
    public ImmutableDictionary<string, ObjectStatus> Objects { get; init; } = ImmutableDictionary<string, ObjectStatus>.Empty;
}
