using Mesh.Sidecar.Resilience;

namespace Mesh.Sidecar.Http;

/// <summary>
/// The timers of one exchange that has any. The whole and each try are timed from the moment the client has sent its last byte, as Envoy's:
/// a slow upload is the client's time. Told of that by whichever thread reads the body; guarded by one lock.
/// </summary>
internal sealed class ExchangeClock : IBodyEnd, IDisposable
{
    private readonly Lock _lock = new();
    private readonly ExchangeTimes _times;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _whole;
    private readonly ITimer? _duration;
    private CancellationTokenSource? _try;
    private long _armedAt;
    private bool _isArmed;
    private bool _disposed;
    private volatile bool _durationOver;

    public ExchangeClock(ExchangeTimes times, TimeProvider time)
    {
        (_times, _time) = (times, time);
        _whole = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        if (times.StreamDuration is { } duration)
            _duration = time.CreateTimer(static s => ((ExchangeClock)s!).OnDuration(), this, duration, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => (_try ?? _whole).Token;

    /// <summary>No further try makes sense.</summary>
    public bool IsOver => _whole.IsCancellationRequested;

    public bool IsTryOver => _try?.IsCancellationRequested == true;

    public ProxyOutcome Outcome => _durationOver ? ProxyOutcome.StreamDurationExceeded : ProxyOutcome.UpstreamTimeout;

    /// <summary>What is left for a try, for those further on; null when nothing limits it.</summary>
    public TimeSpan? Expected
    {
        get
        {
            if (_times.PerTry is { } perTry) return perTry;
            if (_times.Global is not { } global) return null;
            var left = _isArmed ? global - _time.GetElapsedTime(_armedAt) : global;
            return left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
        }
    }

    public void OnBodyEnd()
    {
        lock (_lock)
        {
            if (_isArmed || _disposed) return;
            _isArmed = true;
            _armedAt = _time.GetTimestamp();
            if (_times.Global is { } global) _whole.CancelAfter(global);
            ArmTry();
        }
    }

    public void BeginTry()
    {
        if (_times.PerTry is null) return;
        lock (_lock)
        {
            _try = CancellationTokenSource.CreateLinkedTokenSource(_whole.Token);
            if (_isArmed) ArmTry();
        }
    }

    public void EndTry()
    {
        lock (_lock)
        {
            _try?.Dispose();
            _try = null;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _try?.Dispose();
            _try = null;
        }
        _duration?.Dispose();
        _whole.Dispose();
    }

    private void ArmTry()
    {
        if (_times.PerTry is { } perTry) _try?.CancelAfter(perTry);
    }

    private void OnDuration()
    {
        lock (_lock)
        {
            if (_disposed) return;
            _durationOver = true;
        }
        // Outside the lock: what waits may continue on this very thread.
        try
        {
            _whole.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The exchange ended in this moment.
        }
    }
}
