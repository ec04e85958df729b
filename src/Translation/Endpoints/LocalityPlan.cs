using System.Collections.Immutable;
using Mesh.Core.Resources.Networking;
using Mesh.Core.Snapshots;
using Mesh.Translation.Clusters;
using Mesh.Translation.Indexing;

namespace Mesh.Translation.Endpoints;

/// <summary>
/// Which endpoints a caller prefers for being near, as Istio decides: shares by locality, or an order in which localities take over from
/// each other. Without either, all are alike. Pure.
/// </summary>
internal sealed class LocalityPlan
{
    public static readonly LocalityPlan None = new(Caller.Nowhere, [], [], null);

    // Of ByLocality.
    private const int Distances = 5;

    // Envoy's.
    private const int DefaultZoneMinimum = 6;

    private static readonly ImmutableArray<string> Close = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"];

    private readonly Caller _caller;
    private readonly ImmutableArray<string> _labels;
    private readonly ImmutableArray<LocalityFailover> _failover;
    private readonly LocalityDistribute? _shares;

    private LocalityPlan(Caller caller, ImmutableArray<string> labels, ImmutableArray<LocalityFailover> failover, LocalityDistribute? shares) =>
        (_caller, _labels, _failover, _shares) = (caller, labels, failover, shares);

    /// <summary>Localities have shares of their own.</summary>
    public bool IsWeighted => _shares is not null;

    /// <summary>The least number of endpoints in the caller's region for which its zone is preferred; null: zones are not minded.</summary>
    public int? ZoneMinimum { get; private init; }

    /// <summary>The caller's own locality, whole.</summary>
    public string Zone => Whole(_caller.Locality);

    private bool IsOrdered { get; init; }

    public static LocalityPlan For(EffectivePolicy policy, ServiceModel service, MeshSettings settings, Caller caller)
    {
        // Whom the caller names is no matter of distance, and whom it does not name neither (Istio: the service's virtual address).
        if (BalancingPolicy.IsPassthrough(policy.LoadBalancer)) return None;
        if (policy.LoadBalancer?.ZoneAwareLbSetting is { } zones) return ByZone(zones, caller);
        var own = policy.LoadBalancer?.LocalityLbSetting;
        var setting = own ?? settings.Localities;
        if (own is null && TrafficDistribution(service) is { IsEmpty: false } near) return new LocalityPlan(caller, near, [], null) { IsOrdered = true };
        if (setting is { Enabled: false } || caller.Locality.Length == 0 && setting is not { FailoverPriority.IsDefaultOrEmpty: false }) return None;
        if (setting?.Distribute.FirstOrDefault(d => IsWithin(caller.Locality, d.From)) is { } shares) return new LocalityPlan(caller, [], [], shares);
        if (setting is { Distribute.IsDefaultOrEmpty: false } || policy.OutlierDetection is null) return None;
        // Nobody fails over without something that tells a failing endpoint.
        return new LocalityPlan(caller, setting?.FailoverPriority ?? [], setting?.Failover ?? [], null) { IsOrdered = true };
    }

    // The proxy chooses among the zones of a region; regions, and labels before them, are priorities, whatever tells a failing endpoint.
    private static LocalityPlan ByZone(ZoneAwareLoadBalancerSetting zones, Caller caller) =>
        zones.Enabled == false || caller.Locality.Length == 0 ? None
            : new LocalityPlan(caller, zones.FailoverPriority, zones.Failover, null) { ZoneMinimum = zones.MinClusterSize ?? DefaultZoneMinimum };

    /// <summary>The smaller, the nearer; only the order matters.</summary>
    public int Distance(Workload workload)
    {
        if (ZoneMinimum is not null) return (_labels.IsDefaultOrEmpty ? 0 : _labels.Length - Matching(workload)) * Distances + Math.Max(0, ByLocality(workload.Locality) - 2);
        if (!IsOrdered) return 0;
        return _labels.IsDefaultOrEmpty ? ByLocality(workload.Locality) : _labels.Length - Matching(workload);
    }

    /// <summary>The weight of a locality, given the endpoints' weights by locality; null: nothing goes there.</summary>
    public uint? Weight(string locality, IReadOnlyDictionary<string, uint> weights)
    {
        if (_shares is null) return weights[locality];
        if (Share(locality) is not { Percent: > 0 } share) return null;
        var all = weights.Where(w => Share(w.Key).Pattern == share.Pattern).Sum(w => (double)w.Value);
        // In hundredths of a percent, so that a share divided among localities stays one.
        return (uint)Math.Max(1, Math.Round(share.Percent * 100 * weights[locality] / all));
    }

    // Of the pattern that names the locality most closely: the longest.
    private (string? Pattern, int Percent) Share(string locality)
    {
        (string? Pattern, int Percent) found = default;
        foreach (var (pattern, percent) in _shares!.To)
            if (IsWithin(locality, pattern) && pattern.Length > (found.Pattern?.Length ?? 0)) found = (pattern, percent);
        return found;
    }

    private static ImmutableArray<string> TrafficDistribution(ServiceModel service) => service.TrafficDistribution switch
    {
        "PreferClose" or "PreferSameZone" => Close,
        "PreferSameNode" => [.. Close, "kubernetes.io/hostname"],
        _ => [],
    };

    private int ByLocality(string locality)
    {
        var own = Parts(_caller.Locality);
        var other = Parts(locality);
        if (own.Region != other.Region)
        {
            var target = _failover.IsDefaultOrEmpty ? null : _failover.FirstOrDefault(f => f.From == own.Region)?.To;
            return target is null || target == other.Region ? 3 : 4;
        }
        if (own.Zone != other.Zone) return 2;
        return own.SubZone == other.SubZone ? 0 : 1;
    }

    // As many of the labels, from the first, as both have alike.
    private int Matching(Workload workload)
    {
        var count = 0;
        foreach (var label in _labels)
        {
            var equals = label.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? label : label[..equals];
            var wanted = equals < 0 ? _caller.Label(key) : label[(equals + 1)..];
            if (wanted is null || wanted != Label(workload, key)) break;
            count++;
        }
        return count;
    }

    private static string? Label(Workload workload, string key) => Topology(key, workload.Locality, workload.Node) ?? workload.Labels.GetValueOrDefault(key);

    /// <summary>What a label of the machine says, which no workload carries itself; null for other labels and where it is not known.</summary>
    public static string? Topology(string key, string locality, string node)
    {
        var parts = Parts(locality);
        var value = key switch
        {
            "topology.kubernetes.io/region" => parts.Region,
            "topology.kubernetes.io/zone" => parts.Zone,
            "topology.istio.io/subzone" => parts.SubZone,
            "kubernetes.io/hostname" => node,
            _ => "",
        };
        return value.Length > 0 ? value : null;
    }

    private static bool IsWithin(string locality, string pattern)
    {
        if (pattern == "*") return true;
        var own = locality.Split('/', 3);
        var wanted = pattern.Split('/', 3);
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == "*") return true;
            if (wanted[i] != (i < own.Length ? own[i] : "")) return false;
        }
        return true;
    }

    /// <summary>The locality with all its parts, <c>region/zone/subzone</c>.</summary>
    public static string Whole(string locality) => Parts(locality) is var (region, zone, subZone) ? $"{region}/{zone}/{subZone}" : "";

    private static (string Region, string Zone, string SubZone) Parts(string locality)
    {
        var parts = locality.Split('/', 3);
        return (parts[0], parts.Length > 1 ? parts[1] : "", parts.Length > 2 ? parts[2] : "");
    }
}

/// <summary>What of a caller decides which endpoints are near to it; compared by value, because callers alike share their configuration.</summary>
/// <param name="Locality"><c>region/zone/subzone</c>.</param>
/// <param name="Node">Its machine; empty where nothing depends on it.</param>
/// <param name="Labels">Those of its labels that some rule asks for, as <c>a=b,c=d</c>.</param>
internal sealed record Caller(string Locality, string Node, string Labels)
{
    public static readonly Caller Nowhere = new("", "", "");

    public static Caller Of(ProxyDescriptor proxy, IEnumerable<string> keys) => new(
        proxy.Locality, proxy.Node, string.Join(',', keys.Where(proxy.Labels.ContainsKey).Select(k => $"{k}={proxy.Labels[k]}")));

    public string? Label(string key)
    {
        if (LocalityPlan.Topology(key, Locality, Node) is { } value) return value;
        foreach (var pair in Labels.Split(','))
            if (pair.Length > key.Length && pair[key.Length] == '=' && pair.StartsWith(key, StringComparison.Ordinal)) return pair[(key.Length + 1)..];
        return null;
    }
}
