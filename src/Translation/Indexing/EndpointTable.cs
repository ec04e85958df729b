using System.Collections.Immutable;
using Mesh.Core.Identity;
using Mesh.Core.Snapshots;

namespace Mesh.Translation.Indexing;

/// <summary>
/// The workloads behind each service. Immutable; a change of some workloads makes a new table that shares all else, and the
/// set of one service stays the same instance while nothing in it changes.
/// </summary>
internal sealed class EndpointTable
{
    public static readonly EndpointTable Empty = new(ImmutableDictionary<ServiceName, ImmutableSortedDictionary<WorkloadId, Workload>>.Empty);

    private static readonly ImmutableSortedDictionary<WorkloadId, Workload> None = ImmutableSortedDictionary<WorkloadId, Workload>.Empty;

    private readonly ImmutableDictionary<ServiceName, ImmutableSortedDictionary<WorkloadId, Workload>> _byService;

    private EndpointTable(ImmutableDictionary<ServiceName, ImmutableSortedDictionary<WorkloadId, Workload>> byService) => _byService = byService;

    public static EndpointTable Build(ServiceTable services, IEnumerable<Workload> workloads, EndpointTable? previous)
    {
        var found = new Dictionary<ServiceName, ImmutableSortedDictionary<WorkloadId, Workload>.Builder>();
        foreach (var workload in workloads)
        {
            foreach (var service in services.Selecting(workload.Id.Namespace, workload.Labels))
            {
                if (!found.TryGetValue(service.Name, out var set)) found[service.Name] = set = None.ToBuilder();
                set[workload.Id] = workload;
            }
        }
        return new EndpointTable(found.ToImmutableDictionary(f => f.Key, f => Share(f.Value.ToImmutable(), previous?.Of(f.Key) ?? None)));
    }

    /// <summary>By workload id.</summary>
    public ImmutableSortedDictionary<WorkloadId, Workload> Of(ServiceName service) => _byService.GetValueOrDefault(service, None);

    /// <summary>Puts each workload's new state, null when it is gone, in place of the old; also tells which services it touched.</summary>
    public (EndpointTable Table, ImmutableHashSet<ServiceName> Touched) With(
        ServiceTable services, IEnumerable<(Workload? Old, Workload? New)> changes)
    {
        var result = _byService.ToBuilder();
        var touched = ImmutableHashSet.CreateBuilder<ServiceName>();
        foreach (var (old, now) in changes)
        {
            if (ReferenceEquals(old, now)) continue;
            if (old is not null)
                foreach (var service in services.Selecting(old.Id.Namespace, old.Labels)) Change(service.Name, set => set.Remove(old.Id));
            if (now is not null)
                foreach (var service in services.Selecting(now.Id.Namespace, now.Labels)) Change(service.Name, set => set.SetItem(now.Id, now));
        }
        return (new EndpointTable(result.ToImmutable()), touched.ToImmutable());

        void Change(ServiceName service, Func<ImmutableSortedDictionary<WorkloadId, Workload>, ImmutableSortedDictionary<WorkloadId, Workload>> change)
        {
            result[service] = change(result.GetValueOrDefault(service, None));
            touched.Add(service);
        }
    }

    private static ImmutableSortedDictionary<WorkloadId, Workload> Share(
        ImmutableSortedDictionary<WorkloadId, Workload> now, ImmutableSortedDictionary<WorkloadId, Workload> before)
    {
        if (now.Count != before.Count) return now;
        foreach (var (id, workload) in now)
            if (!before.TryGetValue(id, out var old) || !ReferenceEquals(old, workload)) return now;
        return before;
    }
}
