using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Mesh.Sidecar.Transport;

/// <summary>
/// What Kestrel reads a connection through: the stream, decrypted or not, and under it the socket. One buffer, in one piece, that is
/// rented when there is something to read and given back when all of it was consumed, so that an idle connection holds none. Used by one
/// reader; <see cref="CancelPendingRead"/> is safe from all threads.
/// </summary>
internal sealed class StreamInput(Stream stream, SocketStream socket) : PipeReader
{
    private const int SmallBuffer = 4 * 1024;
    private const int LargeBuffer = 32 * 1024;

    private byte[]? _buffer;
    private int _start;
    private int _end;
    private bool _examinedAll = true;
    private bool _isCompleted;
    private bool _isOver;
    private bool _wasFull;
    private bool _isReading;
    private int _cancelled;

    public override bool TryRead(out ReadResult result)
    {
        var cancelled = TakeCancel();
        if (!cancelled && !HasUnexamined)
        {
            result = default;
            return false;
        }
        result = Result(cancelled);
        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isOver, this);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        return TryRead(out var result) ? new ValueTask<ReadResult>(result) : ReadMoreAsync(cancellationToken);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        // Positions of a sequence over one array are indexes into it, and the sign bit says that it is an array.
        if (_buffer is null) return;
        var (from, seen) = (consumed.GetInteger() & int.MaxValue, examined.GetInteger() & int.MaxValue);
        if (from < _start || from > _end || seen < from || seen > _end) throw new InvalidOperationException("a position outside of what was read");
        _start = from;
        _examinedAll = seen == _end;
        if (_start == _end) Return();
    }

    public override void CancelPendingRead()
    {
        Interlocked.Exchange(ref _cancelled, 1);
        socket.CancelRead();
    }

    public override void Complete(Exception? exception = null)
    {
        _isOver = true;
        // A read that is still under way writes into its buffer: it gives it back when it ends.
        if (!_isReading) Return();
    }

    private bool HasUnexamined => _isCompleted || (!_examinedAll && _end > _start);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReadMoreAsync(CancellationToken cancellation)
    {
        _isReading = true;
        try
        {
            // Nothing is held while nothing is there. What is asked for only after this may find less than one byte: the next round waits.
            if (_buffer is null) _ = await stream.ReadAsync(Memory<byte>.Empty, cancellation);
            Reserve();
            var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            _end += count;
            _wasFull = _end == _buffer!.Length;
            _isCompleted = count == 0;
            _examinedAll = false;
            return Result(TakeCancel());
        }
        catch (Exception e) when (IsCancelled(e) && TakeCancel())
        {
            return Result(cancelled: true);
        }
        finally
        {
            _isReading = false;
            if (_start == _end || _isOver) Return();
        }
    }

    // SslStream wraps what it does not know of.
    private static bool IsCancelled(Exception e) => e is OperationCanceledException || e.InnerException is OperationCanceledException;

    private bool TakeCancel()
    {
        if (Volatile.Read(ref _cancelled) == 0 || Interlocked.Exchange(ref _cancelled, 0) == 0) return false;
        socket.ResetCancelRead();
        return true;
    }

    private ReadResult Result(bool cancelled) =>
        new(_buffer is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_buffer, _start, _end - _start), cancelled, _isCompleted);

    // Room for more. Bytes that wait for their rest move to the front, or to a buffer of twice the size.
    private void Reserve()
    {
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(_wasFull ? LargeBuffer : SmallBuffer);
            return;
        }
        if (_end < _buffer.Length) return;
        var (old, length) = (_buffer, _end - _start);
        if (length > old.Length / 2) _buffer = ArrayPool<byte>.Shared.Rent(old.Length * 2);
        old.AsSpan(_start, length).CopyTo(_buffer);
        (_start, _end) = (0, length);
        if (!ReferenceEquals(old, _buffer)) ArrayPool<byte>.Shared.Return(old);
    }

    private void Return()
    {
        var buffer = _buffer;
        _buffer = null;
        _start = _end = 0;
        _examinedAll = true;
        if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
    }
}
