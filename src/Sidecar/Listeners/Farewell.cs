using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using Mesh.Sidecar.Transport;

namespace Mesh.Sidecar.Listeners;

/// <summary>
/// Ends a connection from our side so that the peer gets our last words. A socket closed with unread bytes in it is reset, and a reset takes from the
/// peer what it has not read yet: the answer to a request that is too large, or the GOAWAY that says which requests were not begun. So we say
/// that we are done and read on, for a while, what the peer sent before it knew.
/// </summary>
internal static class Farewell
{
    /// <summary>Envoy's delayed_close_timeout.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static async Task SayAsync(SocketStream socket, SslStream? tls, TimeProvider time)
    {
        if (socket.IsClosed || socket.IsHungUp) return;
        using var limit = new CancellationTokenSource(Patience, time);
        byte[]? buffer = null;
        try
        {
            if (tls is not null) await tls.ShutdownAsync().WaitAsync(limit.Token);
            socket.ShutdownSend();
            while (true)
            {
                _ = await socket.ReadAsync(Memory<byte>.Empty, limit.Token);
                buffer ??= ArrayPool<byte>.Shared.Rent(4096);
                if (await socket.ReadAsync(buffer, limit.Token) == 0) return;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The peer has gone first, or does not go: nothing more is owed to it.
        }
        finally
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
