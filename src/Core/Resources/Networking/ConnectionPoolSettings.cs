using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Limits on connections and requests to a host.</summary>
public sealed record ConnectionPoolSettings
{
    /// <summary>Of connections, whatever they carry.</summary>
    public TcpSettings? Tcp { get; init; }

    /// <summary>Of HTTP requests.</summary>
    public HttpSettings? Http { get; init; }
}

/// <summary>Settings of the connection itself (Istio's ConnectionPoolSettings.TCPSettings).</summary>
public sealed record TcpSettings
{
    /// <summary>Connections to all endpoints of the host together; 0: no limit.</summary>
    [Range(0, int.MaxValue)]
    public int MaxConnections { get; init; }

    /// <summary>How long opening a connection may take; at least 1 ms. Null: as MeshConfig says, 10 s.</summary>
    [Duration(1)]
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary>TCP keep-alive probes; null: none.</summary>
    public TcpKeepalive? TcpKeepalive { get; init; }

    /// <summary>How long a connection may be used before it is closed; at least 1 ms. Null: no limit.</summary>
    [Duration(1)]
    public TimeSpan? MaxConnectionDuration { get; init; }

    /// <summary>How long a connection may carry no bytes before it is closed; 0: no limit. Null: 1 h.</summary>
    public TimeSpan? IdleTimeout { get; init; }
}

/// <summary>TCP keep-alive.</summary>
public sealed record TcpKeepalive
{
    /// <summary>Probes without answer after which a connection is dead; 0: as the operating system is set, 9 on Linux.</summary>
    [Range(0, int.MaxValue)]
    public int Probes { get; init; }

    /// <summary>Idle time before the first probe. Null: as the operating system is set, 2 h on Linux.</summary>
    [Duration(1)]
    public TimeSpan? Time { get; init; }

    /// <summary>Time between probes. Null: as the operating system is set, 75 s on Linux.</summary>
    [Duration(1)]
    public TimeSpan? Interval { get; init; }
}

/// <summary>Settings of HTTP connections (Istio's ConnectionPoolSettings.HTTPSettings).</summary>
public sealed record HttpSettings
{
    /// <summary>Requests that may wait for a connection, of any HTTP version; more are refused with 503. 0: no limit.</summary>
    [Range(0, int.MaxValue)]
    public int Http1MaxPendingRequests { get; init; }

    /// <summary>Requests that may be under way, of any HTTP version; more are refused with 503. 0: no limit.</summary>
    [Range(0, int.MaxValue)]
    public int Http2MaxRequests { get; init; }

    /// <summary>Requests after which a connection is closed; 1 turns keep-alive off. 0: no limit.</summary>
    [Range(0, int.MaxValue)]
    public int MaxRequestsPerConnection { get; init; }

    /// <summary>Retries that may be under way to all endpoints of the host together; 0: no limit. retryBudget goes before it.</summary>
    [Range(0, int.MaxValue)]
    public int MaxRetries { get; init; }

    /// <summary>How long a connection may have no request under way before it is closed; at least 1 ms. Null: 1 h.</summary>
    [Duration(1)]
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Whether HTTP/1.1 requests are sent on as HTTP/2.</summary>
    public H2UpgradePolicy H2UpgradePolicy { get; init; }

    /// <summary>Whether requests are sent on in the HTTP version they came in; excludes UPGRADE. Default false.</summary>
    public bool UseClientProtocol { get; init; }

    /// <summary>Requests at a time on one HTTP/2 connection; 0: as the server says.</summary>
    [Range(0, int.MaxValue)]
    public int MaxConcurrentStreams { get; init; }
}

/// <summary>Whether HTTP/1.1 is sent on as HTTP/2.</summary>
public enum H2UpgradePolicy
{
    /// <summary>As MeshConfig says.</summary>
    Default,

    /// <summary>No.</summary>
    DoNotUpgrade,

    /// <summary>Yes.</summary>
    Upgrade,
}
