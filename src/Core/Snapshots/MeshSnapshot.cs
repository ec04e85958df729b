using System.Collections.Immutable;
using Mesh.Core.Identity;
using Mesh.Core.Resources;

namespace Mesh.Core.Snapshots;

/// <summary>
/// The whole mesh at one moment: configuration up to <see cref="Revision"/>, workloads, and the trust bundle. Immutable and
/// safe to share between threads; the fold of all origin logs on a replica, and of the delta stream on an agent.
/// </summary>
public sealed record MeshSnapshot
{
    public static readonly MeshSnapshot Empty = new();

    /// <summary>Every configuration change up to and including this one is contained.</summary>
    public Revision Revision { get; init; }

    public ImmutableDictionary<ObjectKey, MeshObject> Objects { get; init; } = ImmutableDictionary<ObjectKey, MeshObject>.Empty;

    public ImmutableDictionary<WorkloadId, Workload> Workloads { get; init; } = ImmutableDictionary<WorkloadId, Workload>.Empty;

    /// <summary>
    /// Public keys of token issuers (JWKS) by <see cref="KeySetLocation"/>, as whoever translates last fetched them; not part of what replicas
    /// hold.
    /// </summary>
    public ImmutableDictionary<string, string> KeySets { get; init; } = ImmutableDictionary<string, string>.Empty;

    public TrustBundle TrustBundle { get; init; } = TrustBundle.Empty;
}
