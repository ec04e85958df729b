using System.Collections.Immutable;
using Mesh.Core.Snapshots;

namespace Mesh.Translation.Indexing;

/// <summary>
/// How many healthy workloads of each name run where, for zone-aware routing: they are the callers that share a service's endpoints. Immutable;
/// a change of some workloads costs what these cost.
/// </summary>
internal sealed class PeerTable
{
    private static readonly ImmutableSortedDictionary<string, int> None = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    private readonly ImmutableDictionary<(string Namespace, string Name), ImmutableSortedDictionary<string, int>> _byName;

    private PeerTable(ImmutableDictionary<(string, string), ImmutableSortedDictionary<string, int>> byName) => _byName = byName;

    public static readonly PeerTable Empty = new(ImmutableDictionary<(string, string), ImmutableSortedDictionary<string, int>>.Empty);

    public static PeerTable Build(IEnumerable<Workload> workloads) => Empty.With(workloads.Select(w => ((Workload?)null, (Workload?)w)));

    /// <summary>Counts by locality.</summary>
    public ImmutableSortedDictionary<string, int> Of(string @namespace, string workloadName) => _byName.GetValueOrDefault((@namespace, workloadName), None);

    public PeerTable With(IEnumerable<(Workload? Old, Workload? New)> changes)
    {
        var result = _byName.ToBuilder();
        foreach (var (old, now) in changes)
        {
            Count(old, -1);
            Count(now, 1);
        }
        return new PeerTable(result.ToImmutable());

        void Count(Workload? workload, int by)
        {
            if (workload is not { Health: WorkloadHealth.Healthy, Locality.Length: > 0 }) return;
            var key = (workload.Id.Namespace, workload.WorkloadName);
            var counts = result.GetValueOrDefault(key, None);
            var count = counts.GetValueOrDefault(workload.Locality) + by;
            result[key] = count > 0 ? counts.SetItem(workload.Locality, count) : counts.Remove(workload.Locality);
        }
    }
}
