using Mesh.Core.Identity;
using Mesh.Core.Snapshots;
using Mesh.NodeAgent.Model;

namespace Mesh.NodeAgent.Workloads;

/// <summary>
/// The health of a registration before its first probe: what the model last said of it, so that a restart of the agent takes
/// nobody out of rotation; of one nobody has heard of, not healthy.
/// </summary>
internal static class InitialHealth
{
    public static Func<WorkloadId, WorkloadHealth> From(MeshModel model, string node) => id =>
        model.Snapshot.Workloads.TryGetValue(id, out var known) && known.Node == node ? known.Health : WorkloadHealth.Unhealthy;
}
