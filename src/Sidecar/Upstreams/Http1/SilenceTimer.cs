namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>
/// Breaks a connection off when nothing moves in an exchange for a time. One timer for the connection's life that is set again only when it
/// rings, so that an exchange costs a look at the clock. Moves are noted by reader and writer, the timer rings on a thread of its own.
/// </summary>
internal sealed class SilenceTimer(Http1Connection owner, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private TimeSpan _limit;
    private long _lastMove;
    private bool _isSet;
    private volatile bool _isOn;
    private volatile bool _hasFired;

    public bool HasFired => _hasFired;

    /// <summary>Begins to watch; null watches nothing.</summary>
    public void Start(TimeSpan? limit)
    {
        if (limit is not { Ticks: > 0 } some) return;
        Volatile.Write(ref _lastMove, time.GetTimestamp());
        _isOn = true;
        lock (_lock)
        {
            // An earlier exchange with more patience may have set it later than this one needs.
            if (_isSet && _limit <= some) return;
            _limit = some;
            Set(some);
        }
    }

    public void Touch()
    {
        if (_isOn) Volatile.Write(ref _lastMove, time.GetTimestamp());
    }

    public void Stop() => _isOn = false;

    public void Dispose()
    {
        lock (_lock)
        {
            _isOn = false;
            _isSet = true;
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void Set(TimeSpan due)
    {
        _isSet = true;
        if (_timer is null) _timer = time.CreateTimer(static timer => ((SilenceTimer)timer!).Ring(), this, due, Timeout.InfiniteTimeSpan);
        else _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void Ring()
    {
        lock (_lock)
        {
            if (_timer is null) return;
            _isSet = false;
            if (!_isOn) return;
            var left = _limit - time.GetElapsedTime(Volatile.Read(ref _lastMove));
            if (left > TimeSpan.Zero)
            {
                Set(left);
                return;
            }
            _hasFired = true;
        }
        owner.Abort();
    }
}
