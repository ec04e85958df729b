using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Limits on connections and requests to a host.</summary>
public sealed record ConnectionPoolSettings
{
    public TcpSettings? Tcp { get; init; }

    public HttpSettings? Http { get; init; }
}

/// <summary>Settings of the connection itself (Istio's ConnectionPoolSettings.TCPSettings).</summary>
public sealed record TcpSettings
{
    [Range(0, int.MaxValue)]
    [NotEnforced(Stance.Warn, "The number of connections is not limited yet.")]
    public int MaxConnections { get; init; }

    [Duration(1)]
    public TimeSpan? ConnectTimeout { get; init; }

    [NotEnforced(Stance.Warn, "Keep-alive probes follow the operating system's settings.")]
    public TcpKeepalive? TcpKeepalive { get; init; }

    [Duration(1)]
    [NotEnforced(Stance.Warn, "Connections are kept as long as they are used.")]
    public TimeSpan? MaxConnectionDuration { get; init; }

    [NotEnforced(Stance.Warn, "Idle connections are closed after a fixed time.")]
    public TimeSpan? IdleTimeout { get; init; }
}

/// <summary>TCP keep-alive.</summary>
public sealed record TcpKeepalive
{
    [Range(0, int.MaxValue)]
    public int Probes { get; init; }

    public TimeSpan? Time { get; init; }

    public TimeSpan? Interval { get; init; }
}

/// <summary>Settings of HTTP connections (Istio's ConnectionPoolSettings.HTTPSettings).</summary>
public sealed record HttpSettings
{
    private const string NoLimit = "Requests are not limited yet.";

    [Range(0, int.MaxValue)]
    [NotEnforced(Stance.Warn, NoLimit)]
    public int Http1MaxPendingRequests { get; init; }

    [Range(0, int.MaxValue)]
    [NotEnforced(Stance.Warn, NoLimit)]
    public int Http2MaxRequests { get; init; }

    [Range(0, int.MaxValue)]
    [NotEnforced(Stance.Warn, "Connections are kept as long as they are used.")]
    public int MaxRequestsPerConnection { get; init; }

    [Range(0, int.MaxValue)]
    [NotEnforced(Stance.Warn, "Concurrent retries are not limited yet.")]
    public int MaxRetries { get; init; }

    [NotEnforced(Stance.Warn, "Idle connections are closed after ten minutes.")]
    public TimeSpan? IdleTimeout { get; init; }

    [NotEnforced(Stance.Warn, "The protocol of the Service port decides.")]
    public H2UpgradePolicy H2UpgradePolicy { get; init; }

    [NotEnforced(Stance.Warn, "The protocol of the Service port decides.")]
    public bool UseClientProtocol { get; init; }

    [Range(0, int.MaxValue)]
    [NotEnforced(Stance.Warn, "The server's limit applies.")]
    public int MaxConcurrentStreams { get; init; }
}

/// <summary>Whether HTTP/1.1 is sent on as HTTP/2.</summary>
public enum H2UpgradePolicy
{
    Default,
    DoNotUpgrade,
    Upgrade,
}
