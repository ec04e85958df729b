using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using Mesh.Sidecar.Transport;

namespace Mesh.Sidecar.Listeners;

/// <summary>
/// Ends a connection from our side so that the peer gets our last words. A socket closed with unread bytes in it is reset, and a reset takes from the
/// peer what it has not read yet: the answer to a request that is too large, or the GOAWAY that says which requests were not begun. So we say
/// that we are done and read on, for a while, what the peer sent before it knew. Over HTTP/2 GOAWAY has said it, and the peer closes (as with Envoy): to .NET's
/// client, a connection that ends is an error for the requests that are about to be sent on it, GOAWAY is none.
/// </summary>
internal static class Farewell
{
    /// <summary>Envoy's delayed_close_timeout.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static async Task SayAsync(SocketStream socket, SslStream? tls, bool isSaid, TimeProvider time)
    {
        if (socket.IsClosed || socket.IsHungUp) return;
        if (!isSaid) await SayAndReadOnAsync(socket, tls, time);
        else if (!await ReadOnAsync(socket, time)) await SayAsync(socket, tls, time);
    }

    private static async Task SayAndReadOnAsync(SocketStream socket, SslStream? tls, TimeProvider time)
    {
        if (await SayAsync(socket, tls, time)) await ReadOnAsync(socket, time);
    }

    private static async Task<bool> SayAsync(SocketStream socket, SslStream? tls, TimeProvider time)
    {
        try
        {
            if (tls is not null) await tls.ShutdownAsync().WaitAsync(Patience, time);
            socket.ShutdownSend();
            return true;
        }
        catch (Exception e) when (IsGone(e))
        {
            return false;
        }
    }

    // Whether the peer has gone.
    private static async Task<bool> ReadOnAsync(SocketStream socket, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        byte[]? buffer = null;
        try
        {
            while (true)
            {
                _ = await socket.ReadAsync(Memory<byte>.Empty, limit.Token);
                buffer ??= ArrayPool<byte>.Shared.Rent(4096);
                if (await socket.ReadAsync(buffer, limit.Token) == 0) return true;
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception e) when (IsGone(e))
        {
            return true;
        }
        finally
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // The peer has gone first, or does not go: nothing more is owed to it.
    private static bool IsGone(Exception e) => e is IOException or SocketException or TimeoutException or ObjectDisposedException or InvalidOperationException;
}
