namespace Mesh.Sidecar.Balancing;

/// <summary>Where an endpoint runs, with what its locality's group of endpoints weighs; 0: it has no weight.</summary>
internal sealed record LocalityModel(string Region, string Zone, string SubZone, uint Weight)
{
    public static readonly LocalityModel None = new("", "", "", 0);
}

/// <summary>Shares of localities within a priority, by weight or by zone (Envoy's two ways). Pure.</summary>
internal static class Localities
{
    /// <summary>
    /// Divides <paramref name="members"/>; <paramref name="priority"/> is all of their priority, or null where localities do not count
    /// (panic). The shares sum to about 1.
    /// </summary>
    public static IEnumerable<(EndpointModel[] Part, double Share)> Divide(UpstreamConfigModel config, EndpointModel[] members, EndpointModel[]? priority)
    {
        if (priority is null || IsHashing(config)) return [(members, 1)];
        var groups = members.GroupBy(m => m.Locality).Select(g => g.ToArray()).ToArray();
        if (config.UsesLocalityWeights) return ByWeight(config, groups, priority) ?? [(members, 1)];
        if (config.Zones is { } zones && members[0].Priority == 0) return ByZone(zones, groups, members) ?? [(members, 1)];
        return [(members, 1)];
    }

    /// <summary>
    /// What each endpoint weighs in a hash table, where localities are no sets of their own: its part of its locality's weight.
    /// </summary>
    public static IReadOnlyList<(EndpointModel Endpoint, double Weight)> Weighted(UpstreamConfigModel config, EndpointModel[] members)
    {
        if (!config.UsesLocalityWeights || members.All(m => m.Locality.Weight == 0)) return [.. members.Select(m => (m, (double)Math.Max(1, m.Weight)))];
        var sums = members.GroupBy(m => m.Locality).ToDictionary(g => g.Key, g => g.Sum(m => (double)Math.Max(1, m.Weight)));
        return
        [
            .. members.Where(m => m.Locality.Weight > 0).Select(m => (m, m.Locality.Weight * Math.Max(1, m.Weight) / sums[m.Locality])),
        ];
    }

    private static bool IsHashing(UpstreamConfigModel config) => config.Balancer is BalancerKind.RingHash or BalancerKind.Maglev;

    // A locality keeps its whole weight until it has lost what overprovisioning allows for.
    private static List<(EndpointModel[], double)>? ByWeight(UpstreamConfigModel config, EndpointModel[][] groups, EndpointModel[] priority)
    {
        var weights = new double[groups.Length];
        for (var i = 0; i < groups.Length; i++)
        {
            var total = priority.Count(e => e.Locality == groups[i][0].Locality);
            weights[i] = groups[i][0].Locality.Weight * Math.Min(1, config.Overprovisioning / 100.0 * groups[i].Length / total);
        }
        var sum = weights.Sum();
        return sum == 0 ? null : [.. groups.Select((g, i) => (g, weights[i] / sum))];
    }

    // All of the own zone's part of the callers' load that its endpoints can bear goes there; the rest to zones that have more endpoints than
    // callers, by how many. Null: zones do not count, as in Envoy without endpoints or callers in the own zone.
    private static List<(EndpointModel[], double)>? ByZone(ZoneModel zones, EndpointModel[][] groups, EndpointModel[] members)
    {
        var peers = zones.Peers.ByLocality;
        var own = Array.FindIndex(groups, g => Key(g[0].Locality) == zones.Own);
        if (own < 0 || groups.Length < 2 || members.Length < zones.MinimumSize || peers.GetValueOrDefault(zones.Own) == 0) return null;
        var callers = (double)peers.Sum(c => c.Value);
        var upstream = groups.Select(g => g.Length / (double)members.Length).ToArray();
        var local = groups.Select(g => peers.GetValueOrDefault(Key(g[0].Locality)) / callers).ToArray();
        if (upstream[own] >= local[own]) return [(groups[own], 1)];
        var direct = upstream[own] / local[own];
        // Never all zero: what the own zone lacks, the others have together.
        var spare = groups.Select((_, i) => i == own ? 0 : Math.Max(0, upstream[i] - local[i])).ToArray();
        var sum = spare.Sum();
        return [.. groups.Select((g, i) => (g, i == own ? direct : (1 - direct) * spare[i] / sum))];
    }

    public static string Key(LocalityModel locality) => $"{locality.Region}/{locality.Zone}/{locality.SubZone}";
}

/// <summary>What zone-aware routing needs to know: this proxy's locality, its peers, and the least number of endpoints for it.</summary>
internal sealed record ZoneModel(string Own, PeerCounts Peers, int MinimumSize);
