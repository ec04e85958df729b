namespace Mesh.Sidecar.Balancing;

/// <summary>
/// Divides an upstream's endpoints into the sets to pick from, with the share of each in <see cref="Whole"/>; 0 is a set that only retries go
/// to, when they are to keep away from the others. Pure.
/// </summary>
internal static class PickSets
{
    /// <summary>All shares together.</summary>
    public const int Whole = 1_000_000;

    public static List<(PickSet Set, int Share)> Build(UpstreamConfigModel config, IReadOnlyList<EndpointModel> endpoints)
    {
        var sets = new List<(PickSet, int)>();
        var priorities = endpoints.Where(e => e.Health != EndpointHealth.Draining).GroupBy(e => e.Priority).OrderBy(g => g.Key).Select(g => g.ToArray()).ToArray();
        var health = priorities.Select(p => new PriorityHealth(p.Count(IsHealthy), p.Count(IsDegraded), p.Length)).ToArray();
        var loads = PriorityLoads.Distribute(health, config.Overprovisioning, config.PanicThreshold);
        for (var i = 0; i < loads.Length; i++)
        {
            if (loads[i].IsPanic)
            {
                if (!config.FailsInPanic) Add(priorities[i], loads[i].Healthy + loads[i].Degraded, null);
                continue;
            }
            Add([.. priorities[i].Where(IsHealthy)], loads[i].Healthy, priorities[i]);
            Add([.. priorities[i].Where(IsDegraded)], loads[i].Degraded, priorities[i]);
        }
        // Endpoints that drain are better than none: they still serve, and whoever they send away comes again.
        if (sets.TrueForAll(s => s.Item2 == 0) && endpoints.Where(e => e is { Health: EndpointHealth.Draining, State.Vitals.IsEjected: false }).ToArray() is { Length: > 0 } draining)
            Add(draining, 100, null);
        return sets;

        void Add(EndpointModel[] members, int percent, EndpointModel[]? priority)
        {
            if (members.Length == 0) return;
            if (percent == 0)
            {
                sets.Add((Set(config, members), 0));
                return;
            }
            foreach (var (part, share) in Localities.Divide(config, members, priority))
                if (share > 0) sets.Add((Set(config, part), Math.Max(1, (int)(share * percent * (Whole / 100)))));
        }
    }

    private static PickSet Set(UpstreamConfigModel config, EndpointModel[] members) => new(
        Schedules.Build(members), members[0].Priority,
        config.Balancer switch
        {
            BalancerKind.RingHash => HashRing.Build(Localities.Weighted(config, members), config.Hashing),
            BalancerKind.Maglev => MaglevTable.Build(Localities.Weighted(config, members), config.Hashing.TableSize),
            _ => null,
        });

    private static bool IsHealthy(EndpointModel endpoint) => endpoint is { Health: EndpointHealth.Healthy, State.Vitals.IsEjected: false };

    private static bool IsDegraded(EndpointModel endpoint) => endpoint is { Health: EndpointHealth.Degraded, State.Vitals.IsEjected: false };
}
