using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>How an endpoint is chosen.</summary>
public sealed record LoadBalancerSettings
{
    [OneOf("lbPolicy")]
    public SimpleLb? Simple { get; init; }

    [OneOf("lbPolicy")]
    [NotEnforced(Stance.Refuse, "Session affinity by consistent hash is not supported yet; use loadBalancer.simple.")]
    public ConsistentHashLb? ConsistentHash { get; init; }

    [NotEnforced(Stance.Warn, "Endpoints of every locality are used alike.")]
    public LocalityLoadBalancerSetting? LocalityLbSetting { get; init; }

    [NotEnforced(Stance.Warn, "Endpoints of every zone are used alike.")]
    public ZoneAwareLoadBalancerSetting? ZoneAwareLbSetting { get; init; }

    /// <summary>Deprecated by Istio in favour of <see cref="Warmup"/>.</summary>
    [NotEnforced(Stance.Warn, "New endpoints get their full share at once.")]
    public TimeSpan? WarmupDurationSecs { get; init; }

    [NotEnforced(Stance.Warn, "New endpoints get their full share at once.")]
    public WarmupConfiguration? Warmup { get; init; }
}

/// <summary>Algorithms that keep no affinity (Istio's LoadBalancerSettings.SimpleLB).</summary>
public enum SimpleLb
{
    /// <summary>The mesh's choice: least request.</summary>
    Unspecified,

    /// <summary>Old name of <see cref="LeastRequest"/>.</summary>
    LeastConn,

    Random,

    [NotEnforced(Stance.Refuse, "Forwarding to the caller's original address is not supported yet.")]
    Passthrough,

    RoundRobin,

    LeastRequest,
}

/// <summary>Affinity by hash (Istio's LoadBalancerSettings.ConsistentHashLB).</summary>
public sealed record ConsistentHashLb
{
    [OneOf("hashKey")]
    public string? HttpHeaderName { get; init; }

    [OneOf("hashKey")]
    public HttpCookie? HttpCookie { get; init; }

    [OneOf("hashKey")]
    public bool? UseSourceIp { get; init; }

    [OneOf("hashKey")]
    public string? HttpQueryParameterName { get; init; }

    [OneOf("hashAlgorithm")]
    public RingHash? RingHash { get; init; }

    [OneOf("hashAlgorithm")]
    public Maglev? Maglev { get; init; }

    /// <summary>Deprecated by Istio in favour of <see cref="RingHash"/>.</summary>
    public long MinimumRingSize { get; init; }
}

/// <summary>A cookie to hash by; made by the proxy when it has a lifetime and is absent.</summary>
public sealed record HttpCookie
{
    [Required]
    public string Name { get; init; } = "";

    public string Path { get; init; } = "";

    public TimeSpan? Ttl { get; init; }

    public ImmutableArray<HttpCookieAttribute> Attributes { get; init; } = [];
}

/// <summary>An extra attribute of the cookie, such as SameSite.</summary>
public sealed record HttpCookieAttribute
{
    [Required]
    public string Name { get; init; } = "";

    public string Value { get; init; } = "";
}

/// <summary>Ketama hashing.</summary>
public sealed record RingHash
{
    public long MinimumRingSize { get; init; }
}

/// <summary>Maglev hashing.</summary>
public sealed record Maglev
{
    public long TableSize { get; init; }
}

/// <summary>Brings new endpoints up slowly.</summary>
public sealed record WarmupConfiguration
{
    [Required]
    public TimeSpan? Duration { get; init; }

    [Range(0, 100)]
    public double? MinimumPercent { get; init; }

    [Range(1, double.MaxValue)]
    public double? Aggression { get; init; }
}
