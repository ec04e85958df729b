using System.Buffers;

namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>
/// Bytes both ways after a change of protocol. A side that says it is done is passed on as such; the upstream's end is the end of all, as the
/// client cannot be told half of it. Holds no buffer while nothing comes.
/// </summary>
internal static class Tunnel
{
    private const int BufferSize = 16 * 1024;

    /// <summary>True when the upstream ended it, false when the client did or broke off. The connection is of no use afterwards.</summary>
    public static async Task<bool> RunAsync(Http1Connection upstream, Stream client)
    {
        using var stop = new CancellationTokenSource();
        var up = UpAsync(client, upstream, stop.Token);
        var down = DownAsync(upstream, client);
        var first = await Task.WhenAny(up, down);
        // A client that has only finished speaking still listens; one that broke off does not.
        if (first == up && !await up) upstream.Abort();
        var ended = await down;
        upstream.Abort();
        await stop.CancelAsync();
        var said = await up;
        return ended && (first == down || said);
    }

    // True when the client finished and the upstream was told.
    private static async Task<bool> UpAsync(Stream client, Http1Connection upstream, CancellationToken stop)
    {
        byte[]? buffer = null;
        try
        {
            while (true)
            {
                _ = await client.ReadAsync(Memory<byte>.Empty, stop);
                buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                var count = await client.ReadAsync(buffer, stop);
                if (count == 0) break;
                await upstream.WriteAsync(buffer.AsMemory(0, count));
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = null;
            }
            await upstream.FinishWritingAsync();
            return true;
        }
        catch (Exception e) when (IsEnd(e))
        {
            return false;
        }
        finally
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // True when the upstream ended it.
    private static async Task<bool> DownAsync(Http1Connection upstream, Stream client)
    {
        while (true)
        {
            try
            {
                if (upstream.Input.Length == 0 && await upstream.FillAsync() == 0) return true;
            }
            catch (Exception e) when (IsEnd(e))
            {
                return true;
            }
            try
            {
                await client.WriteAsync(upstream.Input.Memory);
                await client.FlushAsync();
                upstream.Input.Consume(upstream.Input.Length);
            }
            catch (Exception e) when (IsEnd(e))
            {
                return false;
            }
        }
    }

    // Either side's way of going.
    private static bool IsEnd(Exception e) => e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;
}
