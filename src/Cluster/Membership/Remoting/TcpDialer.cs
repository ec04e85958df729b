using System.Net;
using System.Net.Sockets;

namespace Mesh.Cluster.Membership.Remoting;

/// <summary>The real network.</summary>
internal static class TcpDialer
{
    public static async ValueTask<Stream> DialAsync(EndPoint peer, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Configure(socket);
            await socket.ConnectAsync(peer, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Small messages must not wait for an acknowledgement, and a peer that vanished must be noticed by a reader that only waits.</summary>
    public static void Configure(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
    }
}
