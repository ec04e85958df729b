using System.Net;
using System.Net.Sockets;
using Mesh.Sidecar.Transport;

namespace Mesh.Sidecar.Tests.Transport;

/// <summary>A stream of ours on a loop of its own, and the plain socket at its other end.</summary>
internal sealed class SocketPair : IDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private SocketPair(EventLoop loop, SocketStream ours, Socket theirs) => (Loop, Ours, Theirs) = (loop, ours, theirs);

    public EventLoop Loop { get; }

    public SocketStream Ours { get; }

    public Socket Theirs { get; }

    public static async Task<SocketPair> ConnectAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var loop = new EventLoop(0);
        var ours = await SocketStream.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, loop, CancellationToken.None);
        return new SocketPair(loop, ours, await listener.AcceptAsync());
    }

    public void Dispose()
    {
        Ours.Dispose();
        Theirs.Dispose();
        Loop.Dispose();
    }
}
