using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Resources.Networking;
using Percent = Envoy.Type.V3.Percent;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Translation.Clusters;

/// <summary>Turns a DestinationRule's load balancer into a cluster's.</summary>
internal static class BalancingPolicy
{
    /// <summary>Chooses <see cref="PeakEwma"/> where the rule says least request or nothing; see docs/reference/traffic.md.</summary>
    public const string Annotation = "mesh.dev/load-balancing";

    /// <summary>The value of <see cref="Annotation"/>.</summary>
    public const string PeakEwma = "PEAK_EWMA";

    private const ulong DefaultRingSize = 1024;
    private const ulong DefaultTableSize = 65537;

    public static void Apply(XdsCluster cluster, LoadBalancerSettings? settings, bool isPeakEwma)
    {
        if (settings?.ConsistentHash is { } hash)
        {
            ApplyHash(cluster, hash);
            return;
        }
        if (IsPassthrough(settings)) Mark(cluster, "balancer", Value.ForString("passthrough"));
        var slowStart = SlowStart(settings);
        cluster.LbPolicy = Simple(settings);
        if (cluster.LbPolicy == XdsCluster.Types.LbPolicy.LeastRequest)
        {
            if (slowStart is not null) cluster.LeastRequestLbConfig = new() { SlowStartConfig = slowStart };
            if (isPeakEwma) Mark(cluster, "balancer", Value.ForString("peak-ewma"));
        }
        else if (cluster.LbPolicy == XdsCluster.Types.LbPolicy.RoundRobin && slowStart is not null)
        {
            cluster.RoundRobinLbConfig = new() { SlowStartConfig = slowStart };
        }
    }

    /// <summary>Callers choose the endpoint themselves.</summary>
    public static bool IsPassthrough(LoadBalancerSettings? settings) => settings is { Simple: SimpleLb.Passthrough, ConsistentHash: null };

    public static XdsCluster.Types.LbPolicy Simple(LoadBalancerSettings? settings) => settings?.Simple switch
    {
        SimpleLb.RoundRobin => XdsCluster.Types.LbPolicy.RoundRobin,
        SimpleLb.Random or SimpleLb.Passthrough => XdsCluster.Types.LbPolicy.Random,
        _ => XdsCluster.Types.LbPolicy.LeastRequest,
    };

    /// <summary>Adds to what our proxies alone read of a cluster.</summary>
    public static void Mark(XdsCluster cluster, string key, Value value)
    {
        cluster.Metadata ??= new Metadata();
        if (!cluster.Metadata.FilterMetadata.TryGetValue("mesh.dev", out var own)) cluster.Metadata.FilterMetadata.Add("mesh.dev", own = new Struct());
        own.Fields[key] = value;
    }

    private static void ApplyHash(XdsCluster cluster, ConsistentHashLb hash)
    {
        if (hash.Maglev is { } maglev)
        {
            cluster.LbPolicy = XdsCluster.Types.LbPolicy.Maglev;
            cluster.MaglevLbConfig = new() { TableSize = maglev.TableSize > 0 ? (ulong)maglev.TableSize : DefaultTableSize };
            return;
        }
        var size = hash.RingHash?.MinimumRingSize ?? hash.MinimumRingSize;
        cluster.LbPolicy = XdsCluster.Types.LbPolicy.RingHash;
        cluster.RingHashLbConfig = new() { MinimumRingSize = size > 0 ? (ulong)size : DefaultRingSize };
    }

    private static XdsCluster.Types.SlowStartConfig? SlowStart(LoadBalancerSettings? settings)
    {
        var window = settings?.Warmup?.Duration ?? settings?.WarmupDurationSecs;
        if (window is not { Ticks: > 0 } time) return null;
        var config = new XdsCluster.Types.SlowStartConfig { SlowStartWindow = Duration.FromTimeSpan(time) };
        if (settings!.Warmup?.Aggression is { } aggression) config.Aggression = new RuntimeDouble { DefaultValue = aggression };
        if (settings.Warmup?.MinimumPercent is { } percent) config.MinWeightPercent = new Percent { Value = percent };
        return config;
    }
}
