using System.Buffers;
using Mesh.Sidecar.Transport;

namespace Mesh.Sidecar.Listeners;

/// <summary>Waits for a client's whole greeting and reads what matters out of it, taking none of the bytes.</summary>
internal static class ServerNameSniffer
{
    private const int First = 2 * 1024;

    /// <summary>Envoy's limit; a longer greeting is one without a name.</summary>
    private const int Most = 16 * 1024;

    public static async ValueTask<ClientGreeting> ReadAsync(SocketStream socket, CancellationToken cancellation)
    {
        var size = First;
        var seen = 0;
        while (true)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(size);
            try
            {
                var count = await socket.PeekAsync(buffer.AsMemory(0, size), seen, cancellation);
                if (ClientHello.TryRead(buffer.AsSpan(0, count), out var greeting)) return greeting;
                // No more than before: the peer is done; or it never will be.
                if (count <= seen || count >= Most) return ClientGreeting.None;
                seen = count;
                if (count == size) size = Math.Min(size * 2, Most);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
