using System.Buffers;

namespace Mesh.Sidecar.Resilience;

/// <summary>
/// A request body that remembers what it gave, so that a retry can send it again: up to a limit in a pooled buffer that is
/// rented when the first byte comes. A longer body is streamed on, not held, and cannot be replayed. Also counts, and says when the client
/// has sent all of it, from when timeouts run. One reader at a time.
/// </summary>
/// <param name="inner">The client's body.</param>
/// <param name="limit">Bytes to keep at most; 0 keeps none.</param>
/// <param name="length">The length that the client declared, if it did.</param>
internal sealed class ReplayBody(Stream inner, int limit, long? length) : Stream
{
    /// <summary>Envoy holds a megabyte by default; most bodies worth a retry are small, and this is per request in flight.</summary>
    public const int DefaultLimit = 64 * 1024;

    /// <summary>Whatever a configuration says: this much of a proxy's memory for one request, no more.</summary>
    public const int MaxLimit = 16 * 1024 * 1024;

    private byte[]? _kept;
    private int _keptLength;
    private int _replayed;
    private bool _overflowed;

    /// <summary>Bytes that came from the client.</summary>
    public long Received { get; private set; }

    /// <summary>Called once, when the last byte has come from the client.</summary>
    public IBodyEnd? End { get; set; }

    public bool HasEnded { get; private set; }

    /// <summary>Also true of a body that is not recorded while nothing of it was read: a try that did not connect took none.</summary>
    public bool CanReplay => Received == 0 || (limit > 0 && !_overflowed);

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
        if (limit > 0 && !_overflowed && count > 0)
        {
            if (_keptLength + count > limit) Release();
            else Hold(buffer[..count]);
        }
        // A read into nothing asks whether there is something to read, and says nothing of the end.
        if (!HasEnded && buffer.Length > 0 && (count == 0 || Received == length))
        {
            HasEnded = true;
            End?.OnBodyEnd();
        }
        return count;
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        Grow(_keptLength + bytes.Length);
        bytes.CopyTo(_kept.AsSpan(_keptLength));
        _replayed = _keptLength += bytes.Length;
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

/// <summary>Who wants to know that a request has been received in full.</summary>
internal interface IBodyEnd
{
    void OnBodyEnd();
}
