using Mesh.Sidecar.Resilience;

namespace Mesh.Sidecar.Balancing;

/// <summary>
/// An upstream by name: routes hold this for ever, updates swap <see cref="Model"/>; null while the upstream is not known. One that nothing was ever sent to
/// sleeps: its model is made when first asked for, because a proxy knows a whole mesh and calls a few of it. The counters
/// are circuit breakers' and change with each request. Models are replaced under <see cref="UpdateLock"/> by discovery, outlier detection
/// and warm-up; requests only read.
/// </summary>
internal sealed class UpstreamState(string name) : IDisposable
{
    private volatile UpstreamModel? _model;
    // Written under the source's own lock; cleared after the model is there, so who finds neither has an upstream that is not known.
    private volatile IUpstreamSource? _sleeping;
    private Lock? _updateLock;
    private volatile OutlierDetector? _outliers;
    private Warmup? _warmup;
    private ConnectionGate? _gate;
    private UpstreamCounters? _counters;
    private TaskCompletionSource? _arrival;
    private int _changes;
    private int _isRebuildDue;
    private volatile RequestWindow? _window;
    private int _requests;
    private int _retries;
    private uint _next = (uint)Random.Shared.Next();

    public string Name { get; } = name;

    public Lock UpdateLock => _updateLock ?? Made(ref _updateLock);

    /// <summary>Wakes an upstream that sleeps.</summary>
    public UpstreamModel? Model
    {
        get => _model ?? Woken();
        set => _model = value;
    }

    /// <summary>As <see cref="Model"/>, but null for an upstream that sleeps.</summary>
    public UpstreamModel? Loaded => _model;

    public bool IsAsleep => _sleeping is not null;

    /// <summary>Whether there is a model, made or not.</summary>
    public bool IsKnown => _sleeping is not null || _model is not null;

    /// <summary>From now on there is a model, which <paramref name="source"/> makes when it is asked for. Not for an upstream that has one.</summary>
    public void Sleep(IUpstreamSource source)
    {
        _sleeping = source;
        Arrived();
    }

    /// <summary>
    /// Waits until there is a model, but no longer than <paramref name="limit"/>: discovery brings what connections are sent to a moment before the endpoints.
    /// Throws <see cref="OperationCanceledException"/>.
    /// </summary>
    public async Task AwaitKnownAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        var own = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var arrival = Interlocked.CompareExchange(ref _arrival, own, null) ?? own;
        // After it could be seen: who made it known before did not see it.
        if (IsKnown) return;
        try
        {
            await arrival.Task.WaitAsync(limit, time, cancellation);
        }
        catch (TimeoutException)
        {
            // The caller finds that there is none.
        }
    }

    /// <summary>As <see cref="Model"/>, for a look at it: what sleeps goes on sleeping.</summary>
    public UpstreamModel? Peek() => _model ?? _sleeping?.Read(this) ?? _model;

    /// <summary>Null while nothing asks for it.</summary>
    public OutlierDetector? Outliers => _outliers;

    public int ActiveRequests => Volatile.Read(ref _requests);

    /// <summary>Made for the first request or connection that a limit concerns.</summary>
    public ConnectionGate Gate => _gate ?? Made(ref _gate);

    /// <summary>Made when there is something to count, which for most of a mesh's services there never is.</summary>
    public UpstreamCounters Counters => _counters ?? Made(ref _counters);

    /// <summary>As <see cref="Counters"/>, for reading: zero for all that was never counted.</summary>
    public long Count(UpstreamCounter counter) => _counters?[counter] ?? 0;

    /// <summary>Ends outlier detection and warm-up, which go on by themselves.</summary>
    public void Dispose()
    {
        lock (UpdateLock)
        {
            _outliers?.Dispose();
            _outliers = null;
            _warmup?.Dispose();
            _warmup = null;
        }
    }

    /// <summary>Puts a model from discovery in force; null takes the upstream away.</summary>
    public void Replace(UpstreamModel? model, TimeProvider time, ILogger log)
    {
        bool isStale;
        lock (UpdateLock)
        {
            var before = _model;
            _model = model;
            _sleeping = null;
            if (model is not null) Arrived();
            Install(model?.Config.Outliers, time, log);
            Install(model?.Config.Warmup, time);
            Install(model?.Config.RetryBudget, time);
            _warmup?.Start(before, model);
            // Decoded outside the lock: an ejection since, or the end of detection, is not in it.
            isStale = model is not null && (_outliers is not null || before?.Config is { Outliers: not null } or { Warmup: not null } || _warmup is not null);
        }
        if (isStale) Rebuild();
    }

    /// <summary>What was learned of an endpoint changed; <see cref="Rebuild"/> or <see cref="RebuildSoon"/> is to follow. Under the lock.</summary>
    public void Touch() => _changes++;

    /// <summary>
    /// A new model of the same settings and endpoints, as they are now. Made outside the lock, for which threads of requests wait when they report
    /// failures: tables of hashes take milliseconds. Not to be called under it.
    /// </summary>
    public void Rebuild()
    {
        while (true)
        {
            UpstreamModel? model;
            int changes;
            lock (UpdateLock)
            {
                _warmup?.Heat(_model);
                (model, changes) = (_model, _changes);
            }
            if (model?.Refreshed() is not { } refreshed) return;
            lock (UpdateLock)
            {
                // What changed meanwhile may not be in it; whoever changed it once more rebuilds too, and the last one finds nothing changed.
                if (_model != model || _changes != changes) continue;
                _model = refreshed;
                return;
            }
        }
    }

    /// <summary>
    /// As <see cref="Rebuild"/>, for threads that have requests to serve: what takes long is done elsewhere, once for any number of calls. Until then
    /// requests are sent as before.
    /// </summary>
    public void RebuildSoon()
    {
        if (_model is not { IsCostly: true })
        {
            Rebuild();
            return;
        }
        if (Interlocked.Exchange(ref _isRebuildDue, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(static upstream => upstream.RebuildDue(), this, preferLocal: false);
    }

    private void RebuildDue()
    {
        // Before, so that a change from here on asks again.
        Volatile.Write(ref _isRebuildDue, 0);
        Rebuild();
    }

    public bool TryStartRequest(int limit) => TryCount(ref _requests, limit);

    public void EndRequest() => Interlocked.Decrement(ref _requests);

    /// <summary>A try is about to be sent: a budget over an interval counts each, first ones and retries (Envoy).</summary>
    public void CountTry() => _window?.Add();

    /// <summary>Counts a retry in, within the budget if there is one, else within the limit; held until the retry has ended.</summary>
    public bool TryStartRetry(UpstreamConfigModel config)
    {
        var limit = config.RetryBudget is { } budget ? budget.Limit(_window?.Count ?? ActiveRequests) : config.MaxRetries;
        if (TryCount(ref _retries, limit)) return true;
        Counters.Add(UpstreamCounter.RetryOverflow);
        return false;
    }

    public void EndRetry() => Interlocked.Decrement(ref _retries);

    /// <summary>A running number for round robin.</summary>
    public uint NextTicket() => Interlocked.Increment(ref _next);

    private void Arrived() => Interlocked.Exchange(ref _arrival, null)?.TrySetResult();

    private UpstreamModel? Woken()
    {
        _sleeping?.Wake(this);
        return _model;
    }

    private void Install(OutlierModel? model, TimeProvider time, ILogger log)
    {
        if (model is null)
        {
            _outliers?.Dispose();
            _outliers = null;
        }
        else if (_outliers is { } running)
        {
            running.Update(model);
        }
        else
        {
            _outliers = new OutlierDetector(this, model, time, log);
        }
    }

    private void Install(RetryBudgetModel? budget, TimeProvider time)
    {
        if (budget is not { Interval.Ticks: > 0 }) _window = null;
        else if (_window?.Interval != budget.Interval) _window = new RequestWindow(budget.Interval, time);
    }

    private void Install(WarmupModel? model, TimeProvider time)
    {
        if (_warmup?.Model == model) return;
        _warmup?.Dispose();
        _warmup = model is null ? null : new Warmup(this, model, time);
    }

    private static T Made<T>(ref T? field)
        where T : class, new()
    {
        Interlocked.CompareExchange(ref field, new T(), null);
        return field;
    }

    private static bool TryCount(ref int counter, int limit)
    {
        if (Interlocked.Increment(ref counter) <= limit) return true;
        Interlocked.Decrement(ref counter);
        return false;
    }
}
