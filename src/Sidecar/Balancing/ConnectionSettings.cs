using System.Net.Sockets;

namespace Mesh.Sidecar.Balancing;

/// <summary>An upstream's connection settings; two equal ones may share connections.</summary>
internal sealed record ConnectionSettings(TimeSpan ConnectTimeout, TimeSpan IdleTimeout, int MaxConnections)
{
    /// <summary>After this age a connection takes no further request.</summary>
    public TimeSpan MaxLifetime { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Requests after which a connection ends.</summary>
    public int MaxRequests { get; init; } = int.MaxValue;

    /// <summary>Requests at once on an HTTP/2 connection; the peer's own limit holds besides.</summary>
    public int MaxStreams { get; init; } = int.MaxValue;

    public KeepaliveModel? Keepalive { get; init; }

    /// <summary>The connections of such an upstream are counted one by one, in <see cref="ConnectionSlots"/>.</summary>
    public bool CountsRequests => MaxRequests != int.MaxValue || MaxStreams != int.MaxValue;
}

/// <summary>TCP's own sign of life; a part that is not given is the system's.</summary>
internal sealed record KeepaliveModel(int? Probes, int? TimeSeconds, int? IntervalSeconds)
{
    public void Apply(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        if (TimeSeconds is { } time) socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, time);
        if (IntervalSeconds is { } interval) socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, interval);
        if (Probes is { } probes) socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, probes);
    }
}
