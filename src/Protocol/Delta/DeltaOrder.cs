using System.Collections.Immutable;

namespace Mesh.Protocol.Delta;

/// <summary>
/// In which order the types of one stream are sent. <see cref="Foundations"/> go first; what they add is usable before
/// <see cref="Dependents"/> refer to it, and what they lose is taken away only after no dependent refers to it any more
/// (make before break). <see cref="Spawning"/> is the foundation whose new resources make the peer subscribe to others.
/// </summary>
public sealed record DeltaOrder(ImmutableArray<string> Foundations, ImmutableArray<string> Dependents, string? Spawning)
{
    /// <summary>Envoy's order: secrets and clusters, their endpoints, listeners, routes.</summary>
    public static readonly DeltaOrder Xds = new(
        [TypeUrls.Secret, TypeUrls.Cluster, TypeUrls.ClusterLoadAssignment], [TypeUrls.Listener, TypeUrls.RouteConfiguration], TypeUrls.Cluster);

    /// <summary>
    /// The mesh model from replica to agent: nothing is held back. Objects are small and decide much, so a burst of
    /// workloads does not delay them.
    /// </summary>
    public static readonly DeltaOrder Model = new([TypeUrls.TrustBundle, TypeUrls.ConfigObject, TypeUrls.Workload], [], null);
}
