using System.Runtime.CompilerServices;

namespace Mesh.Sidecar.Upstreams.Http1;

internal enum CopyEnd
{
    Whole,

    /// <summary>The upstream ended it before its end.</summary>
    Cut,

    /// <summary>What came is no body.</summary>
    Malformed,
    ClientGone,
}

/// <summary>
/// Copies a response's body as it comes: what is there is passed on before more is waited for, and nothing more is read than the client
/// takes. Holds no buffer while it waits.
/// </summary>
internal sealed class ResponseCopier
{
    private const int MaxUnflushed = 64 * 1024;

    /// <summary>Four records of TLS.</summary>
    private const int DirectRead = 64 * 1024;

    private readonly ResponseHead _trailers = new();

    public DownstreamBody Body { get; } = new();

    /// <summary>Why the body is <see cref="CopyEnd.Malformed"/>.</summary>
    public ResponseFault Fault { get; private set; }

    /// <summary>Throws what the connection throws.</summary>
    public ValueTask<CopyEnd> CopyAsync(Http1Connection from, BodyFraming framing, FieldTexts texts) => framing.Kind switch
    {
        BodyKind.Length => CopyLengthAsync(from, framing.Length),
        BodyKind.Chunked => CopyChunksAsync(from, texts),
        _ => CopyToEndAsync(from),
    };

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CopyEnd> CopyLengthAsync(Http1Connection from, long left)
    {
        while (true)
        {
            left -= Pass(from.Input, left);
            if (left == 0) return await EndAsync(null);
            if (left < DirectRead || !Body.TakesDirectly)
            {
                if (await ReadOnAsync(from) is { } end) return end;
                continue;
            }
            // The bulk of a large body: into the server's buffer and out, with nothing unsent while we wait.
            if (!await Body.FlushAsync()) return CopyEnd.ClientGone;
            from.Input.Release();
            _ = await from.WaitAsync();
            var room = Body.Reserve(DirectRead);
            var count = await from.ReadAsync(room[..(int)Math.Min(left, room.Length)]);
            if (count == 0) return CopyEnd.Cut;
            Body.Advance(count);
            left -= count;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CopyEnd> CopyToEndAsync(Http1Connection from)
    {
        while (true)
        {
            Pass(from.Input, long.MaxValue);
            var end = await ReadOnAsync(from);
            if (end == CopyEnd.Cut && from.EndedOnPurpose) return await EndAsync(null);
            if (end is { } other) return other;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CopyEnd> CopyChunksAsync(Http1Connection from, FieldTexts texts)
    {
        var decoder = new ChunkedDecoder();
        while (true)
        {
            var step = decoder.Next(from.Input.Span, out var taken, out var data);
            if (step == ChunkStep.Fault) return Malformed(decoder.Fault);
            if (data > 0) Body.Write(from.Input.Span.Slice(taken, data));
            from.Input.Consume(taken + data);
            if (step == ChunkStep.Trailers) return await ReadTrailersAsync(from, texts);
            if (from.Input.Length > 0) continue;
            if (await ReadOnAsync(from) is { } end) return end;
        }
    }

    private async ValueTask<CopyEnd> ReadTrailersAsync(Http1Connection from, FieldTexts texts)
    {
        var scanned = 0;
        while (true)
        {
            // No trailers: the empty line is all there is.
            if (from.Input.Span is [(byte)'\r', (byte)'\n', ..])
            {
                from.Input.Consume(2);
                return await EndAsync(null);
            }
            var end = HeadParser.EndOf(from.Input.Span, ref scanned);
            if (end > 0)
            {
                _trailers.Clear();
                var fault = HeadParser.ParseFields(from.Input.Span[..end], _trailers, texts);
                if (fault != ResponseFault.None) return Malformed(ResponseFault.Trailers);
                from.Input.Consume(end);
                return await EndAsync(_trailers);
            }
            if (from.Input.Length > HeadParser.MaxLength) return Malformed(ResponseFault.HeadTooLarge);
            if (await ReadOnAsync(from) is { } over) return over;
        }
    }

    private async ValueTask<CopyEnd> EndAsync(ResponseHead? trailers) => await Body.EndAsync(trailers) ? CopyEnd.Whole : CopyEnd.ClientGone;

    private CopyEnd Malformed(ResponseFault fault)
    {
        Fault = fault;
        return CopyEnd.Malformed;
    }

    private int Pass(ReadBuffer input, long most)
    {
        var count = (int)Math.Min(input.Length, most);
        Body.Write(input.Span[..count]);
        input.Consume(count);
        return count;
    }

    // Reads more; what was written is on its way before that waits. Null when more is there.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CopyEnd?> ReadOnAsync(Http1Connection from)
    {
        if (Body.Unflushed >= MaxUnflushed && !await Body.FlushAsync()) return CopyEnd.ClientGone;
        if (from.Input.Length == 0) from.Input.Release();
        var reading = from.Input.Length == 0 ? from.FillAsync() : from.ReadMoreAsync();
        if (!reading.IsCompleted && !await Body.FlushAsync())
        {
            // Both wait side by side, and both are to be seen to their end.
            from.Abort();
            await ((Task)reading.AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return CopyEnd.ClientGone;
        }
        return await reading == 0 ? CopyEnd.Cut : null;
    }
}
