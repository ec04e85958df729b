using System.Runtime.CompilerServices;
using Mesh.Sidecar.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Upstreams.Http1;

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
    private volatile bool _isUnderWay;
    private long _taken;

    public WriteBuffer Buffer => _buffer;

    /// <summary>Nothing of the client's body was taken yet.</summary>
    public bool HasTakenNothing => Volatile.Read(ref _taken) == 0;

    /// <summary>Bytes are still to be sent.</summary>
    public bool IsUnderWay => _isUnderWay;

    /// <summary>What the body waits for, where the client waits to be told to send it.</summary>
    public BodyPermission Permission { get; } = new();

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
        Permission.Refuse();
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
            if (Permission.IsNeeded)
            {
                if (!await FlushAsync(connection)) return SendEnd.UpstreamBroke;
                if (!await Permission.WaitAsync(time)) return SendEnd.Stopped;
            }
            var end = await CopyAsync(connection, request, framing, _stop.Token);
            // Nobody will ever read the answer, and the upstream would wait for the rest.
            if (end == SendEnd.ClientBroke) connection.Abort();
            return end;
        }
        finally
        {
            Permission.Reset();
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
        if (framing.IsChunked) RequestTrailers.WriteEnd(_buffer, request.Http.Features.Get<IHttpRequestTrailersFeature>());
        return await FlushAsync(connection) ? SendEnd.Sent : SendEnd.UpstreamBroke;
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

    private void End()
    {
        _buffer.Release();
        _isUnderWay = false;
    }

    private static bool IsGone(Exception e) => e is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException;
}
