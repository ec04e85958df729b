namespace Mesh.Sidecar.Balancing;

internal enum GateAnswer
{
    Entered,

    /// <summary>All connections are in use and enough requests wait already.</summary>
    Overflow,
}

/// <summary>
/// The limit on an upstream's HTTP/1 connections, each of which carries one request at a time: those beyond it wait in order, and beyond the
/// limit of waiting ones are turned away. Used only where a limit is set; guarded by one lock.
/// </summary>
internal sealed class ConnectionGate
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = [];
    private int _active;

    public int Active
    {
        get
        {
            lock (_lock) return _active;
        }
    }

    public int Waiting
    {
        get
        {
            lock (_lock) return _waiting.Count;
        }
    }

    /// <summary>Without waiting, for connections that have no queue (TCP). True is answered by <see cref="Leave"/>.</summary>
    public bool TryEnter(int limit)
    {
        lock (_lock)
        {
            if (_active >= limit) return false;
            _active++;
            return true;
        }
    }

    /// <summary><see cref="GateAnswer.Entered"/> is answered by <see cref="Leave"/>. Throws when cancelled while waiting.</summary>
    public ValueTask<GateAnswer> EnterAsync(int limit, int maxWaiting, CancellationToken cancellation)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (_lock)
        {
            if (_active < limit)
            {
                _active++;
                return new ValueTask<GateAnswer>(GateAnswer.Entered);
            }
            if (_waiting.Count >= maxWaiting) return new ValueTask<GateAnswer>(GateAnswer.Overflow);
            place = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        return WaitAsync(place, cancellation);
    }

    public void Leave()
    {
        lock (_lock)
        {
            // The next one takes over the place, so the count stays.
            if (_waiting.First is { } next)
            {
                _waiting.RemoveFirst();
                next.Value.SetResult();
            }
            else
            {
                _active--;
            }
        }
    }

    private async ValueTask<GateAnswer> WaitAsync(LinkedListNode<TaskCompletionSource> place, CancellationToken cancellation)
    {
        try
        {
            await place.Value.Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            if (!TryGiveUp(place)) Leave();
            throw;
        }
        return GateAnswer.Entered;
    }

    // False when the place was given to us in the same moment.
    private bool TryGiveUp(LinkedListNode<TaskCompletionSource> place)
    {
        lock (_lock)
        {
            if (place.List is null) return false;
            _waiting.Remove(place);
            return true;
        }
    }
}
