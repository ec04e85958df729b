using System.Buffers;
using System.IO.Pipelines;

namespace Mesh.Sidecar.Transport;

/// <summary>
/// What Kestrel writes a connection through: bytes gather in one rented buffer and go out, in one write, when flushed. A peer that is gone
/// reads as "completed", as with any pipe. Used by one writer; <see cref="CancelPendingFlush"/> is safe from all threads.
/// </summary>
internal sealed class StreamOutput(Stream stream, SocketStream socket) : PipeWriter
{
    private const int SmallBuffer = 4 * 1024;
    private const int LargestFirst = 128 * 1024;

    private byte[]? _buffer;
    private int _length;
    private int _lastLength;
    private bool _isOver;
    private bool _peerGone;
    private bool _isFlushing;
    private int _cancelled;
    private volatile bool _hasWritten;

    /// <summary>Whether anything went out. Safe from all threads.</summary>
    public bool HasWritten => _hasWritten;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _length;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsSpan(_length);
    }

    public override void Advance(int bytes)
    {
        if (bytes < 0 || _length + bytes > (_buffer?.Length ?? 0)) throw new ArgumentOutOfRangeException(nameof(bytes));
        _length += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        if (_length == 0 || _peerGone || _isOver)
        {
            Return();
            return new ValueTask<FlushResult>(new FlushResult(TakeCancel(), _peerGone || _isOver));
        }
        ValueTask pending;
        try
        {
            pending = stream.WriteAsync(_buffer.AsMemory(0, _length), cancellationToken);
        }
        catch (Exception e) when (IsGone(e))
        {
            pending = ValueTask.FromException(e);
        }
        if (!pending.IsCompletedSuccessfully) return FlushSlowAsync(pending);
        pending.GetAwaiter().GetResult();
        _hasWritten = true;
        Return();
        return new ValueTask<FlushResult>(new FlushResult(TakeCancel(), isCompleted: false));
    }

    public override void CancelPendingFlush()
    {
        Interlocked.Exchange(ref _cancelled, 1);
        socket.CancelWrite();
    }

    public override void Complete(Exception? exception = null)
    {
        _isOver = true;
        // A flush that is still under way reads from its buffer: it gives it back when it ends.
        if (!_isFlushing) Return();
    }

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (!_isOver && exception is null && _length > 0) await FlushAsync();
        Complete(exception);
    }

    private async ValueTask<FlushResult> FlushSlowAsync(ValueTask pending)
    {
        _isFlushing = true;
        try
        {
            await pending;
            _hasWritten = true;
            return new FlushResult(TakeCancel(), isCompleted: false);
        }
        catch (Exception e) when ((e is OperationCanceledException || e.InnerException is OperationCanceledException) && TakeCancel())
        {
            return new FlushResult(isCanceled: true, isCompleted: false);
        }
        catch (Exception e) when (IsGone(e))
        {
            _peerGone = true;
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
        finally
        {
            _isFlushing = false;
            Return();
        }
    }

    private static bool IsGone(Exception e) => e is IOException or ObjectDisposedException;

    private bool TakeCancel() => Volatile.Read(ref _cancelled) != 0 && Interlocked.Exchange(ref _cancelled, 0) != 0;

    // What a flush took last, the next probably takes: a stream of large writes copies nothing twice.
    private void Reserve(int size)
    {
        if (_buffer is null)
        {
            ObjectDisposedException.ThrowIf(_isOver, this);
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(size, Math.Clamp(_lastLength, SmallBuffer, LargestFirst)));
            return;
        }
        if (_buffer.Length - _length >= size) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + size));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void Return()
    {
        var buffer = _buffer;
        if (_length > 0) _lastLength = _length;
        _buffer = null;
        _length = 0;
        if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
    }
}
