using System.Runtime.CompilerServices;
using Mesh.Sidecar.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Upstreams.Http1;

internal enum SendEnd
{
    Sent,

    /// <summary>The client went, or sent what is no body.</summary>
    ClientBroke,

    /// <summary>The upstream takes no more; it may have answered nevertheless.</summary>
    UpstreamBroke,

    /// <summary>The answer was there before all was sent.</summary>
    Stopped,
}

/// <summary>
/// Sends one try's request: head and what is there of the body in one write, the rest as it comes. Runs beside the reader of the response and
/// is stopped by it. Reused; one try at a time.
/// </summary>
internal sealed class RequestSender
{
    private const int SmallBuffer = 16 * 1024;
    private const int LargeBuffer = 64 * 1024;

    // Size line before a chunk; behind it its line end and what ends all.
    private const int ChunkGap = 10;
    private const int ChunkTail = 16;
    private const int MinRead = 1024;

    private readonly WriteBuffer _buffer = new();
    private CancellationTokenSource? _stop;
    private TaskCompletionSource<bool>? _permission;
    private volatile bool _isUnderWay;
    private long _taken;

    public WriteBuffer Buffer => _buffer;

    /// <summary>Nothing of the client's body was taken yet.</summary>
    public bool HasTakenNothing => Volatile.Read(ref _taken) == 0;

    /// <summary>Bytes are still to be sent.</summary>
    public bool IsUnderWay => _isUnderWay;

    /// <summary>The client waits for 100 before it sends a body, and so do we: it is passed on by beginning to read.</summary>
    public void AwaitPermission() => _permission = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Permit() => _permission?.TrySetResult(true);

    /// <summary>Sends what <see cref="Buffer"/> has and then the body.</summary>
    public ValueTask<SendEnd> SendAsync(Http1Connection connection, ProxyRequest request, in RequestFraming framing, TimeProvider time)
    {
        _taken = 0;
        _isUnderWay = true;
        return framing.HasBody ? WithBodyAsync(connection, request, framing, time) : HeadOnlyAsync(connection);
    }

    /// <summary>Ends what is under way: a read of the client's body, a wait. To be followed by waiting for the send's end.</summary>
    public void Stop()
    {
        _permission?.TrySetResult(false);
        _stop?.Cancel();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SendEnd> HeadOnlyAsync(Http1Connection connection)
    {
        try
        {
            await connection.WriteAsync(_buffer.Unsent);
            return SendEnd.Sent;
        }
        catch (Exception e) when (IsGone(e))
        {
            return SendEnd.UpstreamBroke;
        }
        finally
        {
            End();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SendEnd> WithBodyAsync(Http1Connection connection, ProxyRequest request, RequestFraming framing, TimeProvider time)
    {
        // One that was not used up by the last exchange serves again.
        if (_stop?.TryReset() != true) _stop = new CancellationTokenSource();
        try
        {
            if (_permission is { } permission)
            {
                if (!await FlushAsync(connection)) return SendEnd.UpstreamBroke;
                if (!await IsPermittedAsync(permission.Task, time)) return SendEnd.Stopped;
            }
            var end = await CopyAsync(connection, request, framing, _stop.Token);
            // Nobody will ever read the answer, and the upstream would wait for the rest.
            if (end == SendEnd.ClientBroke) connection.Abort();
            return end;
        }
        finally
        {
            _permission = null;
            End();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SendEnd> CopyAsync(Http1Connection connection, ProxyRequest request, RequestFraming framing, CancellationToken stop)
    {
        var body = request.Http.Request.Body;
        var left = framing.Length ?? long.MaxValue;
        var (gap, tail) = framing.IsChunked ? (ChunkGap, ChunkTail) : (0, 0);
        var size = SmallBuffer;
        _buffer.Reserve((int)Math.Min(left, SmallBuffer) + gap + tail);
        while (left > 0)
        {
            _buffer.Rewind(size);
            var room = _buffer.Reserve(gap + tail + 1)[gap..];
            room = room[..(int)Math.Min(left, room.Length - tail)];
            int count;
            try
            {
                var pending = body.ReadAsync(room, stop);
                // What is there goes out while the client makes up its mind; it also tells the peer that we are still there.
                var isGone = !pending.IsCompleted && !await FlushAsync(connection);
                count = await pending;
                if (isGone) return SendEnd.UpstreamBroke;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return SendEnd.Stopped;
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
            {
                return SendEnd.ClientBroke;
            }
            if (count == 0)
            {
                // The server has checked a declared length before: this is the end of chunks, or of a broken body.
                if (!framing.IsChunked) return SendEnd.ClientBroke;
                break;
            }
            Volatile.Write(ref _taken, _taken + count);
            left -= framing.IsChunked ? 0 : count;
            if (framing.IsChunked) _buffer.CommitChunk(gap, count);
            else _buffer.Commit(count);
            // The client is faster than the buffer is large.
            if (count == room.Length) size = LargeBuffer;
            if (left > 0 && _buffer.Free < gap + tail + MinRead && !await FlushAsync(connection)) return SendEnd.UpstreamBroke;
        }
        // Copies of the body end with the read that finds its end.
        if (!framing.IsChunked && request.Mirrors is not null) _ = await request.Http.Request.Body.ReadAsync(new byte[1], CancellationToken.None);
        if (framing.IsChunked) WriteEnd(request.Http.Features.Get<IHttpRequestTrailersFeature>());
        return await FlushAsync(connection) ? SendEnd.Sent : SendEnd.UpstreamBroke;
    }

    private void WriteEnd(IHttpRequestTrailersFeature? trailers)
    {
        _buffer.Write("0\r\n"u8);
        if (trailers is { Available: true })
            foreach (var (name, values) in trailers.Trailers)
                foreach (var value in values)
                    if (value is not null && RequestHead.MayTrail(name, value)) RequestHead.TryWriteField(_buffer, name, value);
        _buffer.Write("\r\n"u8);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FlushAsync(Http1Connection connection)
    {
        if (_buffer.Length == 0) return true;
        try
        {
            await connection.WriteAsync(_buffer.Unsent);
            _buffer.Sent();
            return true;
        }
        catch (Exception e) when (IsGone(e))
        {
            _buffer.Sent();
            return false;
        }
    }

    // A peer that knows nothing of 100 does not answer before it has the body: then it is sent after a while, as HTTP asks.
    private static async Task<bool> IsPermittedAsync(Task<bool> permission, TimeProvider time)
    {
        try
        {
            return await permission.WaitAsync(TimeSpan.FromSeconds(1), time);
        }
        catch (TimeoutException)
        {
            return true;
        }
    }

    private void End()
    {
        _buffer.Release();
        _isUnderWay = false;
    }

    private static bool IsGone(Exception e) => e is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException;
}
