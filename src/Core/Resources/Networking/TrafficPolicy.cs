using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>How callers balance, connect and secure traffic to a host.</summary>
public sealed record TrafficPolicy
{
    /// <summary>How an endpoint is chosen.</summary>
    public LoadBalancerSettings? LoadBalancer { get; init; }

    /// <summary>Limits on connections and requests.</summary>
    public ConnectionPoolSettings? ConnectionPool { get; init; }

    /// <summary>Takes failing endpoints out for a while; null: none are.</summary>
    public OutlierDetection? OutlierDetection { get; init; }

    /// <summary>TLS towards the endpoints; null: mutual TLS of the mesh where the endpoint can.</summary>
    public ClientTlsSettings? Tls { get; init; }

    /// <summary>By port; settings given here replace, never merge with, those above.</summary>
    public ImmutableArray<PortTrafficPolicy> PortLevelSettings { get; init; } = [];

    /// <summary>Wraps connections in an HTTP tunnel; excludes proxyProtocol.</summary>
    [NotEnforced(Stance.Refuse, "Tunnelling through an HTTP proxy is not supported yet; remove it.")]
    public TunnelSettings? Tunnel { get; init; }

    /// <summary>Starts connections with a PROXY protocol header; excludes tunnel.</summary>
    [NotEnforced(Stance.Refuse, "The PROXY protocol is not supported yet; remove it.")]
    public ProxyProtocol? ProxyProtocol { get; init; }

    /// <summary>Limits retries to a share of the requests, in place of connectionPool.http.maxRetries. Since Istio 1.27.</summary>
    public RetryBudget? RetryBudget { get; init; }
}

/// <summary>A policy for one port of the service (Istio's TrafficPolicy.PortTrafficPolicy).</summary>
public sealed record PortTrafficPolicy
{
    /// <summary>The service's port.</summary>
    [Required]
    public PortSelector? Port { get; init; }

    /// <summary>How an endpoint is chosen.</summary>
    public LoadBalancerSettings? LoadBalancer { get; init; }

    /// <summary>Limits on connections and requests.</summary>
    public ConnectionPoolSettings? ConnectionPool { get; init; }

    /// <summary>Takes failing endpoints out for a while.</summary>
    public OutlierDetection? OutlierDetection { get; init; }

    /// <summary>TLS towards the endpoints.</summary>
    public ClientTlsSettings? Tls { get; init; }
}

/// <summary>Wraps traffic in a tunnel (Istio's TrafficPolicy.TunnelSettings).</summary>
public sealed record TunnelSettings
{
    /// <summary>The method that opens the tunnel, <c>CONNECT</c> or <c>POST</c>; empty: CONNECT.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>Where the tunnel leads: a DNS name or an IP address.</summary>
    [Required]
    public string TargetHost { get; init; } = "";

    /// <summary>The port there.</summary>
    [Required, Range(1, 65535)]
    public int TargetPort { get; init; }
}

/// <summary>Sends the PROXY protocol header (Istio's TrafficPolicy.ProxyProtocol).</summary>
public sealed record ProxyProtocol
{
    /// <summary>The header's version; the default is V1.</summary>
    public ProxyProtocolVersion Version { get; init; }
}

/// <summary>Version of the PROXY protocol.</summary>
public enum ProxyProtocolVersion
{
    /// <summary>The line of text.</summary>
    V1,

    /// <summary>The binary header.</summary>
    V2,
}

/// <summary>Limits retries in relation to requests (Istio's TrafficPolicy.RetryBudget).</summary>
public sealed record RetryBudget
{
    /// <summary>Retries that may be under way, in percent of the requests that are under way or waiting. Null: 20.</summary>
    [Range(0, 100)]
    public double? Percent { get; init; }

    /// <summary>Retries that may always be under way. Null: 3.</summary>
    [Range(0, int.MaxValue)]
    public int? MinRetryConcurrency { get; init; }

    /// <summary>Time over which requests are counted, in place of those under way. Null or 0: those under way. Since Istio 1.31.</summary>
    public TimeSpan? BudgetInterval { get; init; }
}
