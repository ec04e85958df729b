using System.Collections.Immutable;
using Mesh.Core.Snapshots;
using Mesh.Protocol.Delta;
using Mesh.Protocol.V1;

namespace Mesh.Cluster.Distribution;

/// <summary>
/// What this replica knows, at one moment: the snapshot, the same as resources ready to send, and the agents' reports. Immutable,
/// replaced whole.
/// </summary>
internal sealed record ReplicaModel
{
    public static readonly ReplicaModel Empty = new();

    /// <summary>False until the configuration log was heard of: an empty model would tell agents to drop everything.</summary>
    public bool IsConfigKnown { get; init; }

    public ulong ConfigEpoch { get; init; }

    public MeshSnapshot Snapshot { get; init; } = MeshSnapshot.Empty;

    /// <summary>Stored objects by key, as the API shows them.</summary>
    public ImmutableSortedDictionary<string, ConfigObject> Documents { get; init; } =
        ImmutableSortedDictionary.Create<string, ConfigObject>(StringComparer.Ordinal);

    public ImmutableDictionary<string, DeltaResource> Objects { get; init; } = ImmutableDictionary<string, DeltaResource>.Empty;
    public ImmutableDictionary<string, DeltaResource> Workloads { get; init; } = ImmutableDictionary<string, DeltaResource>.Empty;
    public ImmutableDictionary<string, DeltaResource> TrustBundles { get; init; } = ImmutableDictionary<string, DeltaResource>.Empty;

    /// <summary>By node, for each the newest of what several origins may say.</summary>
    public ImmutableSortedDictionary<string, AgentModel> Agents { get; init; } =
        ImmutableSortedDictionary.Create<string, AgentModel>(StringComparer.Ordinal);

    public Revision Revision => Snapshot.Revision;
}
