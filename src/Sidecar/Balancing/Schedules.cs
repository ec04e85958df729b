namespace Mesh.Sidecar.Balancing;

/// <summary>Lays weighted endpoints out in an array, so that a weighted pick is one index.</summary>
internal static class Schedules
{
    // Weights beyond this many slots are scaled down: 0.1 % steps are finer than any split is measured.
    private const int MaxSlots = 1024;

    // A warming endpoint's weight is a fraction; enough steps that the smallest is still one of them.
    private const int WarmthSteps = 100;

    /// <summary>Each endpoint in proportion to its weight, spread evenly (smooth weighted round robin, laid out once).</summary>
    public static EndpointModel[] Build(IReadOnlyList<EndpointModel> candidates)
    {
        if (candidates.Count == 0) return [];
        var weights = Weights(candidates);
        // Thousands of equals would take their square in steps to come out as they went in.
        if (Array.TrueForAll(weights, w => w == 1)) return [.. candidates];
        var total = weights.Sum();
        var current = new long[weights.Length];
        var schedule = new EndpointModel[total];
        for (var slot = 0; slot < total; slot++)
        {
            var best = 0;
            for (var i = 0; i < weights.Length; i++)
                if ((current[i] += weights[i]) > current[best] || i == 0) best = i;
            current[best] -= total;
            schedule[slot] = candidates[best];
        }
        return schedule;
    }

    private static long[] Weights(IReadOnlyList<EndpointModel> candidates)
    {
        var isWarming = candidates.Any(c => c.State.Vitals.Warmth < 1);
        var weights = candidates.Select(c => isWarming ? Warming(c) : Math.Max(1, c.Weight)).ToArray();
        var divisor = weights.Aggregate(Gcd);
        for (var i = 0; i < weights.Length; i++) weights[i] /= divisor;
        var total = weights.Sum();
        if (total <= MaxSlots) return weights;
        for (var i = 0; i < weights.Length; i++) weights[i] = Math.Max(1, weights[i] * MaxSlots / total);
        return weights;
    }

    private static long Warming(EndpointModel endpoint) =>
        Math.Max(1, (long)Math.Round(Math.Max(1, endpoint.Weight) * (double)WarmthSteps * endpoint.State.Vitals.Warmth));

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}
