using System.Net;
using System.Net.Sockets;

namespace Mesh.MultiNode.Tests.Replicas;

/// <summary>Accepts connections, reads the beginning of a TLS handshake, and is gone: what a killed process looks like.</summary>
internal sealed class DyingPeer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _serving;
    private int _handshakes;

    public DyingPeer(string address, int port)
    {
        _listener = new TcpListener(IPAddress.Parse(address), port);
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>How many handshakes it has cut.</summary>
    public int Handshakes => Volatile.Read(ref _handshakes);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        var hello = new byte[1024];
        try
        {
            while (true)
            {
                using var socket = await _listener.AcceptSocketAsync(_stopping.Token);
                await socket.ReceiveAsync(hello, _stopping.Token);
                // Odd ones are reset, even ones closed: a kernel does either, by what was left unread.
                socket.LingerState = new LingerOption(Handshakes % 2 == 0, 0);
                socket.Close();
                Interlocked.Increment(ref _handshakes);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }
}
