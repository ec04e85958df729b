using System.Buffers;

namespace Mesh.Sidecar.Resilience;

/// <summary>
/// A request body that remembers what it gave, so that a retry can send it again: up to <see cref="Limit"/> in a pooled buffer that is
/// rented when the first byte comes. A longer body is streamed on, not held, and cannot be replayed. Also counts. One reader at a time.
/// </summary>
internal sealed class ReplayBody(Stream inner, bool record) : Stream
{
    /// <summary>Envoy holds a megabyte by default; most bodies worth a retry are small, and this is per request in flight.</summary>
    public const int Limit = 64 * 1024;

    private byte[]? _kept;
    private int _keptLength;
    private int _replayed;
    private bool _overflowed;

    /// <summary>Bytes that came from the client.</summary>
    public long Received { get; private set; }

    /// <summary>Also true of a body that is not recorded while nothing of it was read: a try that did not connect took none.</summary>
    public bool CanReplay => Received == 0 || (record && !_overflowed);

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Starts again with the first byte; only while <see cref="CanReplay"/>.</summary>
    public void Rewind() => _replayed = 0;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_replayed < _keptLength)
        {
            var count = Math.Min(buffer.Length, _keptLength - _replayed);
            _kept.AsSpan(_replayed, count).CopyTo(buffer.Span);
            _replayed += count;
            return new ValueTask<int>(count);
        }
        var pending = inner.ReadAsync(buffer, cancellationToken);
        return pending.IsCompletedSuccessfully ? new ValueTask<int>(Keep(buffer.Span, pending.Result)) : ReadSlowAsync(pending, buffer);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Gives the buffer back; the stream may still be read, but not replayed.</summary>
    public void Release()
    {
        _overflowed = true;
        var kept = _kept;
        _kept = null;
        _keptLength = _replayed = 0;
        if (kept is not null) ArrayPool<byte>.Shared.Return(kept);
    }

    private async ValueTask<int> ReadSlowAsync(ValueTask<int> pending, Memory<byte> buffer)
    {
        var count = await pending;
        return Keep(buffer.Span, count);
    }

    private int Keep(ReadOnlySpan<byte> buffer, int count)
    {
        Received += count;
        if (!record || _overflowed || count == 0) return count;
        if (_keptLength + count > Limit)
        {
            Release();
            return count;
        }
        Grow(_keptLength + count);
        buffer[..count].CopyTo(_kept.AsSpan(_keptLength));
        _replayed = _keptLength += count;
        return count;
    }

    private void Grow(int needed)
    {
        if (_kept is not null && _kept.Length >= needed) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 4096));
        _kept?.AsSpan(0, _keptLength).CopyTo(larger);
        if (_kept is not null) ArrayPool<byte>.Shared.Return(_kept);
        _kept = larger;
    }
}
