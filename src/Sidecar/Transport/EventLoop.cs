namespace Mesh.Sidecar.Transport;

/// <summary>
/// One thread that waits for sockets and runs what waited for them, to completion: a connection and the upstream connections its requests
/// take belong to one loop, so that a request crosses no thread. Whatever runs here must not block. Adding and removing is safe from all
/// threads. An exception that escapes ends the process, as a loop that stands still would be worse.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    private readonly Epoll _epoll = new();
    private readonly Lock _changes = new();
    private readonly Stack<int> _free = new();
    private readonly Thread _thread;
    // Members by their number; replaced when it grows. The loop reads without the lock: a member is there before its number is registered.
    private volatile SocketStream?[] _members = new SocketStream?[64];
    private List<SocketStream> _deferred = [];
    private List<SocketStream> _resuming = [];
    private int _next;
    private int _additions;
    private volatile bool _stopping;

    public EventLoop(int index)
    {
        Index = index;
        _thread = new Thread(Run) { IsBackground = true, Name = $"loop-{index}" };
        _thread.Start();
    }

    public int Index { get; }

    /// <summary>Grows by one with each wait; sockets measure by it how much they read without giving others a turn.</summary>
    public uint Turn { get; private set; }

    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>Reports news of <paramref name="stream"/> to it from now on; its <see cref="SocketStream.Membership"/> is set.</summary>
    public void Add(SocketStream stream)
    {
        lock (_changes)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            if (!_free.TryPop(out var number)) number = _next++;
            var members = _members;
            if (number >= members.Length)
            {
                Array.Resize(ref members, members.Length * 2);
                _members = members;
            }
            // Non-negative, unlike Woken; the upper half tells the successive holders of a number apart.
            stream.Membership = ((long)(++_additions & int.MaxValue) << 32) | (uint)number;
            members[number] = stream;
            _epoll.Register(stream.Handle, stream.Membership, Readiness.In | Readiness.Out | Readiness.PeerDone | Readiness.EdgeTriggered);
        }
    }

    public void Remove(SocketStream stream)
    {
        lock (_changes)
        {
            var number = (int)stream.Membership;
            if (_members[number] != stream) return;
            if (!_stopping) _epoll.Remove(stream.Handle);
            _members[number] = null;
            _free.Push(number);
        }
    }

    /// <summary>Resumes the read of <paramref name="stream"/> after the others' turn. Called on the loop only.</summary>
    public void Defer(SocketStream stream) => _deferred.Add(stream);

    /// <summary>Ends the loop and what is still connected.</summary>
    public void Dispose()
    {
        lock (_changes)
        {
            if (_stopping) return;
            _stopping = true;
        }
        _epoll.Wake();
        if (!IsCurrent) _thread.Join();
        foreach (var member in _members) member?.Abort();
        _epoll.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            var count = _epoll.Wait(block: _deferred.Count == 0);
            Turn++;
            // Registered before they were reported, so the array that is current now has room for all of them.
            var members = _members;
            for (var i = 0; i < count; i++)
            {
                var (membership, readiness) = _epoll[i];
                if (membership == Epoll.Woken) continue;
                // News of one that was removed meanwhile, by what another's news set off, is nobody's: its number may already be taken by a
                // new connection, which must not be told that its peer is gone.
                if (members[(int)membership] is { } stream && stream.Membership == membership) stream.OnReady(readiness);
            }
            (_deferred, _resuming) = (_resuming, _deferred);
            foreach (var stream in _resuming) stream.OnReady(Readiness.In);
            _resuming.Clear();
        }
    }
}
