using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>How an endpoint is chosen. At most one of simple and consistentHash; neither: LEAST_REQUEST.</summary>
public sealed record LoadBalancerSettings
{
    /// <summary>An algorithm without affinity.</summary>
    [OneOf("lbPolicy")]
    public SimpleLb? Simple { get; init; }

    /// <summary>The same caller, session or key goes to the same endpoint as long as the endpoints stay.</summary>
    [OneOf("lbPolicy")]
    public ConsistentHashLb? ConsistentHash { get; init; }

    /// <summary>How traffic is spread over localities, in place of MeshConfig's setting; excludes zoneAwareLbSetting.</summary>
    public LocalityLoadBalancerSetting? LocalityLbSetting { get; init; }

    /// <summary>Keeps traffic in the caller's zone as far as that spreads load evenly; excludes localityLbSetting. Since Istio 1.31.</summary>
    public ZoneAwareLoadBalancerSetting? ZoneAwareLbSetting { get; init; }

    /// <summary>Deprecated by Istio in favour of <see cref="Warmup"/>: how long a new endpoint's share grows; at least 1 ms.</summary>
    [Duration(1)]
    public TimeSpan? WarmupDurationSecs { get; init; }

    /// <summary>Lets the share of new endpoints grow; only with ROUND_ROBIN and LEAST_REQUEST. Null: they get it at once. Since Istio 1.24.</summary>
    public WarmupConfiguration? Warmup { get; init; }
}

/// <summary>Algorithms that keep no affinity (Istio's LoadBalancerSettings.SimpleLB).</summary>
public enum SimpleLb
{
    /// <summary>The mesh's choice: least request.</summary>
    Unspecified,

    /// <summary>Deprecated by Istio: old name of <see cref="LeastRequest"/>.</summary>
    LeastConn,

    /// <summary>Any healthy endpoint.</summary>
    Random,

    /// <summary>
    /// The endpoint the caller names in <c>x-envoy-original-dst-host</c>; without one, which is what dialling the service itself means, any.
    /// Hosts outside of the mesh: to whom the request names, whatever endpoints are written (as with resolution NONE).
    /// </summary>
    Passthrough,

    /// <summary>One after the other.</summary>
    RoundRobin,

    /// <summary>Of two that are drawn by chance, the one with fewer requests under way.</summary>
    LeastRequest,
}

/// <summary>Affinity by hash (Istio's LoadBalancerSettings.ConsistentHashLB). Exactly one of the four keys must be given.</summary>
public sealed record ConsistentHashLb
{
    private const string Key = "hashKey";
    private const string Algorithm = "hashAlgorithm";

    /// <summary>Hashes the value of this header.</summary>
    [OneOf(Key)]
    public string? HttpHeaderName { get; init; }

    /// <summary>Hashes the value of a cookie.</summary>
    [OneOf(Key)]
    public HttpCookie? HttpCookie { get; init; }

    /// <summary>Hashes the caller's IP address; also for connections that are not HTTP.</summary>
    [OneOf(Key)]
    public bool? UseSourceIp { get; init; }

    /// <summary>Hashes the value of this query parameter.</summary>
    [OneOf(Key)]
    public string? HttpQueryParameterName { get; init; }

    /// <summary>Ketama hashing; the default.</summary>
    [OneOf(Algorithm)]
    public RingHash? RingHash { get; init; }

    /// <summary>Maglev hashing: faster to build and look up, moves more keys when endpoints change.</summary>
    [OneOf(Algorithm)]
    public Maglev? Maglev { get; init; }

    /// <summary>Deprecated by Istio in favour of <see cref="RingHash"/>: the least number of places on the ring.</summary>
    [Range(0, long.MaxValue)]
    public long MinimumRingSize { get; init; }
}

/// <summary>A cookie to hash by; made by the proxy when it has a lifetime and is absent.</summary>
public sealed record HttpCookie
{
    /// <summary>The cookie's name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>The path a cookie made by the proxy is for; empty: none.</summary>
    public string Path { get; init; } = "";

    /// <summary>How long a cookie made by the proxy lives; 0: for the browser's session. Null: none is made.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>More attributes of a cookie made by the proxy.</summary>
    public ImmutableArray<HttpCookieAttribute> Attributes { get; init; } = [];
}

/// <summary>An extra attribute of the cookie, such as SameSite.</summary>
public sealed record HttpCookieAttribute
{
    /// <summary>The attribute's name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Its value; empty for attributes that have none, such as Secure.</summary>
    public string Value { get; init; } = "";
}

/// <summary>Ketama hashing.</summary>
public sealed record RingHash
{
    /// <summary>The least number of places on the ring; more spread load more evenly and cost memory. 0: 1024.</summary>
    [Range(0, long.MaxValue)]
    public long MinimumRingSize { get; init; }
}

/// <summary>Maglev hashing.</summary>
public sealed record Maglev
{
    /// <summary>Entries of the table, a prime number below 5000011, much larger than the number of endpoints; Envoy's own default is 65537.</summary>
    [Range(0, long.MaxValue)]
    public long TableSize { get; init; }
}

/// <summary>Brings new endpoints up slowly.</summary>
public sealed record WarmupConfiguration
{
    /// <summary>How long a new endpoint's share grows; at least 1 ms.</summary>
    [Required, Duration(1)]
    public TimeSpan? Duration { get; init; }

    /// <summary>What a new endpoint starts with, in percent of its full share, from 0 to 100. Null: 10.</summary>
    [Range(0, 100)]
    public double? MinimumPercent { get; init; }

    /// <summary>How the share grows; at least 1, which is evenly. Larger ones grow faster at first. Null: 1.</summary>
    [Range(1, double.MaxValue)]
    public double? Aggression { get; init; }
}
