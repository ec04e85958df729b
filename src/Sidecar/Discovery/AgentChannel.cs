using System.Net.Sockets;
using Grpc.Net.Client;

namespace Mesh.Sidecar.Discovery;

/// <summary>gRPC over the node agent's unix socket: HTTP/2 without TLS, guarded by the file's mode.</summary>
internal static class AgentChannel
{
    public static GrpcChannel Open(string socketPath, ILoggerFactory loggers)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            // A dead agent is found within seconds even when no byte is due.
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return GrpcChannel.ForAddress("http://agent", new GrpcChannelOptions
        {
            HttpHandler = handler, DisposeHttpClient = true, LoggerFactory = loggers, MaxReceiveMessageSize = 64 * 1024 * 1024,
            // Our own loop reconnects, with a back-off of its own.
            MaxReconnectBackoff = TimeSpan.FromSeconds(1),
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
        });
    }
}
