using Mesh.Core.Identity;
using Mesh.Core.Snapshots;
using Mesh.NodeAgent.Workloads;

namespace Mesh.NodeAgent.Discovery;

/// <summary>
/// The mesh as this node's proxies should see it: the control plane's model, except that about its own workloads the node knows
/// better and sooner, and goes on knowing when the control plane is away. Pure.
/// </summary>
internal static class EffectiveSnapshot
{
    public static MeshSnapshot From(MeshSnapshot previous, MeshSnapshot model, LocalWorkloads workloads, IEnumerable<WorkloadId> changed, string node)
    {
        var effective = previous.Workloads.ToBuilder();
        foreach (var id in changed)
        {
            if (Find(model, workloads, id, node) is not { } workload) effective.Remove(id);
            else if (!workload.Equals(effective.GetValueOrDefault(id))) effective[id] = workload;
        }

        return model with { Workloads = effective.ToImmutable() };
    }

    private static Workload? Find(MeshSnapshot model, LocalWorkloads workloads, WorkloadId id, string node)
    {
        if (workloads.Current.TryGetValue(id, out var local)) return local.Workload;
        // What the model still holds of this node and the node no longer has is on its way out there too.
        return model.Workloads.TryGetValue(id, out var remote) && remote.Node != node ? remote : null;
    }
}
