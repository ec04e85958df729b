using System.Collections.Immutable;
using Mesh.Core.Identity;
using Mesh.Core.Snapshots;

namespace Mesh.NodeAgent.Workloads;

/// <summary>A local workload and what its probes last said.</summary>
internal sealed record LocalWorkload(Registration Registration, Workload Workload);

/// <summary>
/// The workloads of this node, as an immutable map that is replaced whole. Written by the directory watcher and the prober,
/// read by everybody; <see cref="Changed"/> fires on the writer's thread after the swap and must return at once.
/// </summary>
internal sealed class LocalWorkloads(string node)
{
    private readonly Lock _lock = new();

    public ImmutableDictionary<WorkloadId, LocalWorkload> Current { get; private set; } = ImmutableDictionary<WorkloadId, LocalWorkload>.Empty;

    public event Action<WorkloadId>? Changed;

    /// <summary>Adds or replaces a registration; <paramref name="initial"/> is the health of one that is new.</summary>
    public void Put(Registration registration, WorkloadHealth initial)
    {
        lock (_lock)
        {
            var health = Current.GetValueOrDefault(registration.Id)?.Workload.Health ?? initial;
            Current = Current.SetItem(registration.Id, new LocalWorkload(registration, registration.ToWorkload(node, health)));
        }

        Changed?.Invoke(registration.Id);
    }

    public void Remove(WorkloadId id)
    {
        lock (_lock) Current = Current.Remove(id);
        Changed?.Invoke(id);
    }

    /// <summary>Sets the health of a workload that is still registered; true when that changes it.</summary>
    public bool SetHealth(WorkloadId id, WorkloadHealth health)
    {
        lock (_lock)
        {
            if (!Current.TryGetValue(id, out var local) || local.Workload.Health == health) return false;
            Current = Current.SetItem(id, local with { Workload = local.Workload with { Health = health } });
        }

        Changed?.Invoke(id);
        return true;
    }
}
