using Mesh.Sidecar.Balancing;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Sidecar.Discovery;

/// <summary>Reads how a cluster's endpoints are chosen.</summary>
internal static class BalancingDecoder
{
    private const int LargestTable = 5_000_011;

    public static BalancerKind Balancer(XdsCluster cluster) => cluster.LbPolicy switch
    {
        XdsCluster.Types.LbPolicy.RoundRobin => BalancerKind.RoundRobin,
        XdsCluster.Types.LbPolicy.LeastRequest => Own(cluster, "balancer") == "peak-ewma" ? BalancerKind.PeakEwma : BalancerKind.LeastRequest,
        XdsCluster.Types.LbPolicy.Random => Own(cluster, "balancer") == "passthrough" ? BalancerKind.Passthrough : BalancerKind.Random,
        XdsCluster.Types.LbPolicy.RingHash => BalancerKind.RingHash,
        XdsCluster.Types.LbPolicy.Maglev => BalancerKind.Maglev,
        XdsCluster.Types.LbPolicy.ClusterProvided when cluster.Type == XdsCluster.Types.DiscoveryType.OriginalDst => BalancerKind.RoundRobin,
        _ => throw InvalidResourceException.Unsupported($"lb_policy {cluster.LbPolicy}"),
    };

    public static HashingModel Hashing(XdsCluster cluster)
    {
        var defaults = new HashingModel();
        var ring = cluster.RingHashLbConfig;
        var most = Math.Min(ring?.MaximumRingSize ?? defaults.MaximumRingSize, defaults.MaximumRingSize);
        var least = ring?.MinimumRingSize ?? defaults.MinimumRingSize;
        if (least > most) throw new InvalidResourceException($"ring_hash_lb_config: minimum_ring_size {least} is larger than the maximum {most}");
        var table = cluster.MaglevLbConfig?.TableSize ?? (ulong)defaults.TableSize;
        if (table is < 2 or > LargestTable || !IsPrime(table))
            throw new InvalidResourceException($"maglev_lb_config.table_size {table} is not a prime of at most {LargestTable}");
        return new HashingModel(Math.Max(1, least), most, (int)table);
    }

    public static WarmupModel? Warmup(XdsCluster cluster)
    {
        var slow = cluster.LbConfigCase switch
        {
            XdsCluster.LbConfigOneofCase.RoundRobinLbConfig => cluster.RoundRobinLbConfig.SlowStartConfig,
            XdsCluster.LbConfigOneofCase.LeastRequestLbConfig => cluster.LeastRequestLbConfig.SlowStartConfig,
            _ => null,
        };
        if (slow?.SlowStartWindow?.ToTimeSpan() is not { Ticks: > 0 } window) return null;
        var aggression = slow.Aggression?.DefaultValue ?? 1;
        if (!(aggression > 0)) throw new InvalidResourceException($"slow_start_config.aggression {aggression} is not above 0");
        return new WarmupModel(window, aggression, Math.Clamp((slow.MinWeightPercent?.Value ?? 10) / 100, 0, 1));
    }

    /// <summary>Zone-aware routing, if it is asked for and the proxy's own place is known.</summary>
    public static ZoneModel? Zones(XdsCluster cluster, PeerCounts peers) =>
        cluster.CommonLbConfig?.ZoneAwareLbConfig is { } config && Own(cluster, "zone") is { } own
            ? new ZoneModel(own, peers, (int)Math.Min(config.MinClusterSize ?? 6, int.MaxValue)) : null;

    private static string? Own(XdsCluster cluster, string key) =>
        cluster.Metadata is { } metadata && metadata.FilterMetadata.TryGetValue("mesh.dev", out var own) && own.Fields.TryGetValue(key, out var value)
            ? value.StringValue : null;

    private static bool IsPrime(ulong number)
    {
        for (ulong divisor = 2; divisor * divisor <= number; divisor++)
            if (number % divisor == 0) return false;
        return number >= 2;
    }
}
