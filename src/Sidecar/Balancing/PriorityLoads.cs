namespace Mesh.Sidecar.Balancing;

/// <summary>How one priority's endpoints are: counted without those that drain.</summary>
internal readonly record struct PriorityHealth(int Healthy, int Degraded, int Total);

/// <summary>A priority's share of the traffic in percent: to its healthy endpoints, to its degraded ones; in panic to all of them.</summary>
internal readonly record struct PriorityLoad(int Healthy, int Degraded, bool IsPanic);

/// <summary>
/// Envoy's distribution over priorities. A priority's availability is its part of healthy endpoints times the overprovisioning factor, at
/// most 100; each takes what those before it leave. Where all together are below 100, a priority below the panic threshold uses all of its
/// endpoints, and if every one is, traffic follows their numbers. Pure.
/// </summary>
internal static class PriorityLoads
{
    public static PriorityLoad[] Distribute(IReadOnlyList<PriorityHealth> priorities, int overprovisioning, double panicThreshold)
    {
        var healthy = new int[priorities.Count];
        var degraded = new int[priorities.Count];
        for (var i = 0; i < priorities.Count; i++)
        {
            if (priorities[i].Total == 0) continue;
            healthy[i] = (int)Math.Min(100, (long)overprovisioning * priorities[i].Healthy / priorities[i].Total);
            degraded[i] = (int)Math.Min(100, (long)overprovisioning * priorities[i].Degraded / priorities[i].Total);
        }
        var available = Math.Min(100, healthy.Sum() + degraded.Sum());
        var panics = new bool[priorities.Count];
        if (available < 100)
            for (var i = 0; i < panics.Length; i++) panics[i] = IsPanic(priorities[i], panicThreshold);
        if (available == 0 && panicThreshold <= 0) return new PriorityLoad[priorities.Count];
        return panics.Length > 0 && panics.All(p => p) ? ByNumbers(priorities) : ByAvailability(healthy, degraded, available, panics);
    }

    private static bool IsPanic(PriorityHealth priority, double threshold) =>
        (priority.Total == 0 ? 0 : 100.0 * (priority.Healthy + priority.Degraded) / priority.Total) < threshold;

    private static PriorityLoad[] ByNumbers(IReadOnlyList<PriorityHealth> priorities)
    {
        var loads = new PriorityLoad[priorities.Count];
        var total = priorities.Sum(p => p.Total);
        if (total == 0) return loads;
        var left = 100;
        for (var i = 0; i < loads.Length; i++)
        {
            loads[i] = new PriorityLoad(100 * priorities[i].Total / total, 0, true);
            left -= loads[i].Healthy;
        }
        for (var i = 0; i < loads.Length; i++)
        {
            if (priorities[i].Total == 0) continue;
            loads[i] = loads[i] with { Healthy = loads[i].Healthy + left };
            break;
        }
        return loads;
    }

    private static PriorityLoad[] ByAvailability(int[] healthy, int[] degraded, int available, bool[] panics)
    {
        var toHealthy = new int[healthy.Length];
        var toDegraded = new int[healthy.Length];
        if (available > 0)
        {
            var left = Take(healthy, toHealthy, available, 100);
            left = Take(degraded, toDegraded, available, left);
            // What rounding left goes to the first that can serve.
            var first = Array.FindIndex(healthy, h => h > 0);
            if (first >= 0) toHealthy[first] += left;
            else toDegraded[Array.FindIndex(degraded, d => d > 0)] += left;
        }
        var loads = new PriorityLoad[healthy.Length];
        for (var i = 0; i < loads.Length; i++) loads[i] = new PriorityLoad(toHealthy[i], toDegraded[i], panics[i]);
        return loads;
    }

    private static int Take(int[] from, int[] to, int available, int left)
    {
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = Math.Min(left, from[i] * 100 / available);
            left -= to[i];
        }
        return left;
    }
}
