using System.Threading.Tasks.Sources;

namespace Mesh.Sidecar.Transport;

/// <summary>
/// The writing half of a <see cref="SocketStream"/>: sends at once what the kernel takes; the rest waits for room. Parked and unparked as
/// <see cref="SocketReader"/> is.
/// </summary>
internal sealed class SocketWriter(SocketStream owner) : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _waiter;
    private CancellationTokenRegistration _registration;
    private ReadOnlyMemory<byte> _rest;
    private int _parked;
    private int _room;
    private int _cancelled;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return ValueTask.FromCanceled(cancellation);
        if (buffer.IsEmpty) return ValueTask.CompletedTask;
        var count = Send(buffer.Span);
        if (count == buffer.Length) return ValueTask.CompletedTask;
        if (count < 0 && count != -Libc.TryAgain) return ValueTask.FromException(Error(count));
        return Park(buffer[Math.Max(count, 0)..], cancellation, tryFirst: true);
    }

    /// <summary>Waits until the socket can be written to, which a connecting one can once it is connected or has failed.</summary>
    public ValueTask WaitAsync(CancellationToken cancellation) => Park(default, cancellation, tryFirst: false);

    public void OnWritable()
    {
        Interlocked.Exchange(ref _room, 1);
        if (TryUnpark()) Finish();
    }

    public void Cancel()
    {
        Interlocked.Exchange(ref _cancelled, 1);
        Resume();
    }

    /// <summary>Goes on with a write that waits, on another thread: who asks for it may hold locks.</summary>
    public void Resume()
    {
        if (TryUnpark()) ThreadPool.UnsafeQueueUserWorkItem(static writer => writer.Finish(), this, preferLocal: false);
    }

    void IValueTaskSource.GetResult(short token) => _waiter.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _waiter.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _waiter.OnCompleted(continuation, state, token, flags);

    private ValueTask Park(ReadOnlyMemory<byte> rest, CancellationToken cancellation, bool tryFirst)
    {
        _waiter.Reset();
        _rest = rest;
        _cancelled = 0;
        if (cancellation.CanBeCanceled) _registration = cancellation.UnsafeRegister(static writer => ((SocketWriter)writer!).Cancel(), this);
        Interlocked.Exchange(ref _parked, 1);
        // The send that found no room did not look for news; one that does goes first.
        if ((tryFirst || HasReason()) && TryUnpark()) Finish();
        return new ValueTask(this, _waiter.Version);
    }

    private bool HasReason() => Volatile.Read(ref _room) != 0 || Volatile.Read(ref _cancelled) != 0 || owner.IsClosed;

    private bool TryUnpark() => Volatile.Read(ref _parked) != 0 && Interlocked.Exchange(ref _parked, 0) != 0;

    // By whoever unparked.
    private void Finish()
    {
        while (true)
        {
            if (Volatile.Read(ref _cancelled) != 0)
            {
                Release();
                _waiter.SetException(new OperationCanceledException());
                return;
            }
            Interlocked.Exchange(ref _room, 0);
            var count = _rest.IsEmpty ? 0 : Send(_rest.Span);
            if (count < 0 && count != -Libc.TryAgain)
            {
                Release();
                _waiter.SetException(Error(count));
                return;
            }
            _rest = _rest[Math.Max(count, 0)..];
            if (_rest.IsEmpty)
            {
                Release();
                _waiter.SetResult(true);
                return;
            }
            if (count > 0) continue;
            Interlocked.Exchange(ref _parked, 1);
            if (!HasReason() || !TryUnpark()) return;
        }
    }

    private void Release()
    {
        _registration.Dispose();
        _registration = default;
        _rest = default;
    }

    private int Send(ReadOnlySpan<byte> buffer)
    {
        if (owner.IsClosed) return -1;
        try
        {
            return Libc.Send(owner.Handle, buffer);
        }
        catch (ObjectDisposedException)
        {
            // Closed by another thread just now.
            return -1;
        }
    }

    private IOException Error(int result) =>
        owner.IsClosed ? new IOException("the connection was closed on this side", new ObjectDisposedException(nameof(SocketStream))) : Libc.Error(-result);
}
