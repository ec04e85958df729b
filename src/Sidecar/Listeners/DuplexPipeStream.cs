using System.Buffers;
using System.IO.Pipelines;

namespace Mesh.Sidecar.Listeners;

/// <summary>
/// A connection's pipes as a stream, for <see cref="System.Net.Security.SslStream"/> and for splicing. One reader and one writer at a
/// time, as for any stream.
/// </summary>
internal sealed class DuplexPipeStream(PipeReader input, PipeWriter output) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var pending = input.ReadAsync(cancellationToken);
        if (!pending.IsCompletedSuccessfully) return ReadSlowAsync(pending, buffer);
        return new ValueTask<int>(Take(pending.Result, buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var pending = output.WriteAsync(buffer, cancellationToken);
        if (!pending.IsCompletedSuccessfully) return FlushedAsync(pending);
        _ = pending.Result;
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask<int> ReadSlowAsync(ValueTask<ReadResult> pending, Memory<byte> buffer) =>
        Take(await pending, buffer.Span);

    private static async ValueTask FlushedAsync(ValueTask<FlushResult> pending) => await pending;

    private int Take(ReadResult result, Span<byte> destination)
    {
        var available = result.Buffer;
        if (destination.IsEmpty)
        {
            // A zero-byte read waits for data and takes none.
            input.AdvanceTo(available.Start);
            return 0;
        }
        var count = (int)Math.Min(available.Length, destination.Length);
        available.Slice(0, count).CopyTo(destination);
        input.AdvanceTo(available.GetPosition(count));
        return count;
    }
}

internal sealed class DuplexPipe(PipeReader input, PipeWriter output) : IDuplexPipe
{
    public PipeReader Input { get; } = input;
    public PipeWriter Output { get; } = output;
}
