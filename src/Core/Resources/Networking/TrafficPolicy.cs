using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>How callers balance, connect and secure traffic to a host.</summary>
public sealed record TrafficPolicy
{
    public LoadBalancerSettings? LoadBalancer { get; init; }

    public ConnectionPoolSettings? ConnectionPool { get; init; }

    [NotEnforced(Stance.Warn, "Endpoints that fail are not ejected yet; only health checks take them out.")]
    public OutlierDetection? OutlierDetection { get; init; }

    public ClientTlsSettings? Tls { get; init; }

    /// <summary>By port; settings given here replace, never merge with, those above.</summary>
    public ImmutableArray<PortTrafficPolicy> PortLevelSettings { get; init; } = [];

    [NotEnforced(Stance.Refuse, "Tunnelling through an HTTP proxy is not supported yet; remove it.")]
    public TunnelSettings? Tunnel { get; init; }

    [NotEnforced(Stance.Refuse, "The PROXY protocol is not supported yet; remove it.")]
    public ProxyProtocol? ProxyProtocol { get; init; }

    [NotEnforced(Stance.Warn, "Concurrent retries are not limited yet.")]
    public RetryBudget? RetryBudget { get; init; }
}

/// <summary>A policy for one port of the service (Istio's TrafficPolicy.PortTrafficPolicy).</summary>
public sealed record PortTrafficPolicy
{
    [Required]
    public PortSelector? Port { get; init; }

    public LoadBalancerSettings? LoadBalancer { get; init; }

    public ConnectionPoolSettings? ConnectionPool { get; init; }

    [NotEnforced(Stance.Warn, "Endpoints that fail are not ejected yet; only health checks take them out.")]
    public OutlierDetection? OutlierDetection { get; init; }

    public ClientTlsSettings? Tls { get; init; }
}

/// <summary>Wraps traffic in a tunnel (Istio's TrafficPolicy.TunnelSettings).</summary>
public sealed record TunnelSettings
{
    public string Protocol { get; init; } = "";

    [Required]
    public string TargetHost { get; init; } = "";

    [Required, Range(1, 65535)]
    public int TargetPort { get; init; }
}

/// <summary>Sends the PROXY protocol header (Istio's TrafficPolicy.ProxyProtocol).</summary>
public sealed record ProxyProtocol
{
    public ProxyProtocolVersion Version { get; init; }
}

/// <summary>Version of the PROXY protocol.</summary>
public enum ProxyProtocolVersion
{
    V1,
    V2,
}

/// <summary>Limits retries in relation to requests (Istio's TrafficPolicy.RetryBudget).</summary>
public sealed record RetryBudget
{
    [Range(0, 100)]
    public double? Percent { get; init; }

    [Range(0, int.MaxValue)]
    public int? MinRetryConcurrency { get; init; }

    public TimeSpan? BudgetInterval { get; init; }
}
