using System.Net;
using System.Net.Security;
using Grpc.Net.Client;

namespace Mesh.NodeAgent.ControlPlane;

/// <summary>Opens channels to replicas; both streams and the relayed calls share the one connection of a channel.</summary>
internal sealed class ReplicaConnector(TrustAnchors anchors)
{
    /// <summary>TLS included. A replica that is there answers in milliseconds, but not on a machine where everything starts at once.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The least that .NET accepts. With the timeout it bounds at 3 s how long a frozen replica goes unnoticed.</summary>
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(2);

    private const int MaxMessageBytes = 16 << 20;

    public GrpcChannel Open(DnsEndPoint replica, SslStreamCertificateContext? identity)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = anchors.ClientOptions(identity),
            ConnectTimeout = ConnectTimeout,
            KeepAlivePingDelay = PingDelay,
            KeepAlivePingTimeout = PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseProxy = false,
        };
        var host = replica.Host.Contains(':') ? $"[{replica.Host}]" : replica.Host;
        return GrpcChannel.ForAddress($"https://{host}:{replica.Port}", new GrpcChannelOptions
        {
            HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = MaxMessageBytes, MaxReconnectBackoff = ConnectTimeout,
        });
    }
}
