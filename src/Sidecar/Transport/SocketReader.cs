using System.Threading.Tasks.Sources;

namespace Mesh.Sidecar.Transport;

/// <summary>
/// The reading half of a <see cref="SocketStream"/>. A reader that finds nothing parks; whoever takes <see cref="_parked"/> from 1 to 0, the
/// loop or the reader itself that saw news just then, goes on with the read. <see cref="_news"/> is cleared before the kernel is asked, so
/// news that comes while it answers is kept.
/// </summary>
internal sealed class SocketReader(SocketStream owner) : IValueTaskSource<int>
{
    /// <summary>Reads in one turn of the loop that complete at once, before the others get theirs: 16 of 16 KiB are about 0.1 ms of TLS.</summary>
    private const int MaxReadsInTurn = 16;

    // A waiter's continuation runs where the news came: on the loop.
    private ManualResetValueTaskSourceCore<int> _waiter;
    private CancellationTokenRegistration _registration;
    private Memory<byte> _buffer;
    private bool _onlyNews;
    private int _parked;
    private int _news;
    // Asked for by Cancel and kept until a wait meets it; and by the token of the read that waits, for this one only.
    private int _cancelled;
    private int _tokenFired;
    private volatile bool _hungUp;
    private volatile bool _atEnd;
    private uint _turn;
    private int _readsInTurn;

    /// <summary>The peer has closed its side, or the connection broke; bytes may still be there.</summary>
    public bool IsHungUp => _hungUp;

    /// <summary>A read has met the end of the stream.</summary>
    public bool IsAtEnd => _atEnd;

    /// <summary>Something came since the last read, or seemed to.</summary>
    public bool HasNews => Volatile.Read(ref _news) != 0;

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return ValueTask.FromCanceled<int>(cancellation);
        if (_news != 0 || _hungUp)
        {
            if (buffer.IsEmpty) return new ValueTask<int>(0);
            if (!IsTurnOver())
            {
                var count = Receive(buffer.Span);
                if (count >= 0) return new ValueTask<int>(count);
                if (count != -Libc.TryAgain) return ValueTask.FromException<int>(Error(count));
            }
            else
            {
                owner.Loop.Defer(owner);
                return Park(buffer, onlyNews: false, cancellation, deferred: true);
            }
        }
        return Park(buffer, onlyNews: false, cancellation);
    }

    /// <summary>Waits for bytes beyond those that are known to be there.</summary>
    public ValueTask<int> WaitForNewsAsync(CancellationToken cancellation) => Park(default, onlyNews: true, cancellation);

    /// <summary>Copies what is there and leaves it; 0 at the end, and -1 where nothing is there yet.</summary>
    public int Peek(Span<byte> buffer)
    {
        Interlocked.Exchange(ref _news, 0);
        var count = owner.IsClosed ? throw Error(0) : Libc.Receive(owner.Handle, buffer, Libc.Peek);
        if (count == -Libc.TryAgain) return -1;
        if (count < 0) throw Error(count);
        return count;
    }

    /// <summary>After a <see cref="Peek"/>: what was seen is still to be read.</summary>
    public void KeepNews() => Volatile.Write(ref _news, 1);

    public void HangUp() => _hungUp = true;

    public void OnReadable()
    {
        Interlocked.Exchange(ref _news, 1);
        if (TryUnpark()) Finish();
    }

    public void Cancel()
    {
        Interlocked.Exchange(ref _cancelled, 1);
        Resume();
    }

    /// <summary>Goes on with a read that waits, on another thread: who asks for it may hold locks.</summary>
    public void Resume()
    {
        if (TryUnpark()) ThreadPool.UnsafeQueueUserWorkItem(static reader => reader.Finish(), this, preferLocal: false);
    }

    public void ResetCancel() => Volatile.Write(ref _cancelled, 0);

    int IValueTaskSource<int>.GetResult(short token) => _waiter.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _waiter.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _waiter.OnCompleted(continuation, state, token, flags);

    private bool IsTurnOver()
    {
        var loop = owner.Loop;
        if (_turn != loop.Turn) (_turn, _readsInTurn) = (loop.Turn, 0);
        return ++_readsInTurn > MaxReadsInTurn && loop.IsCurrent;
    }

    private ValueTask<int> Park(Memory<byte> buffer, bool onlyNews, CancellationToken cancellation, bool deferred = false)
    {
        _waiter.Reset();
        (_buffer, _onlyNews) = (buffer, onlyNews);
        _tokenFired = 0;
        if (cancellation.CanBeCanceled) _registration = cancellation.UnsafeRegister(static reader => ((SocketReader)reader!).OnToken(), this);
        Interlocked.Exchange(ref _parked, 1);
        if (!deferred && HasReason() && TryUnpark()) Finish();
        return new ValueTask<int>(this, _waiter.Version);
    }

    private void OnToken()
    {
        Interlocked.Exchange(ref _tokenFired, 1);
        Resume();
    }

    private bool IsCancelled => (Volatile.Read(ref _cancelled) | Volatile.Read(ref _tokenFired)) != 0;

    private bool HasReason() => Volatile.Read(ref _news) != 0 || _hungUp || IsCancelled || owner.IsClosed;

    private bool TryUnpark() => Volatile.Read(ref _parked) != 0 && Interlocked.Exchange(ref _parked, 0) != 0;

    // By whoever unparked.
    private void Finish()
    {
        while (true)
        {
            if (IsCancelled && Volatile.Read(ref _news) == 0)
            {
                Volatile.Write(ref _cancelled, 0);
                Release();
                _waiter.SetException(new OperationCanceledException());
                return;
            }
            var count = _onlyNews || _buffer.IsEmpty ? 0 : Receive(_buffer.Span);
            if (count != -Libc.TryAgain)
            {
                Release();
                if (count >= 0) _waiter.SetResult(count);
                else _waiter.SetException(Error(count));
                return;
            }
            Interlocked.Exchange(ref _parked, 1);
            if (!HasReason() || !TryUnpark()) return;
        }
    }

    private void Release()
    {
        _registration.Dispose();
        _registration = default;
        _buffer = default;
    }

    private int Receive(Span<byte> buffer)
    {
        if (owner.IsClosed) return -1;
        Interlocked.Exchange(ref _news, 0);
        try
        {
            var count = Libc.Receive(owner.Handle, buffer, 0);
            if (count == buffer.Length) Volatile.Write(ref _news, 1);
            else if (count == 0) _atEnd = true;
            return count;
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
