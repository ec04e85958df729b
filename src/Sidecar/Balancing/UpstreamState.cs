using Mesh.Sidecar.Resilience;

namespace Mesh.Sidecar.Balancing;

/// <summary>
/// An upstream by name: routes hold this for ever, updates swap <see cref="Model"/>; null while the upstream is not known. The counters
/// are circuit breakers' and change with each request. Models are replaced under <see cref="UpdateLock"/> by discovery, outlier detection
/// and warm-up; requests only read.
/// </summary>
internal sealed class UpstreamState(string name)
{
    private volatile UpstreamModel? _model;
    private volatile OutlierDetector? _outliers;
    private Warmup? _warmup;
    private int _requests;
    private int _retries;
    private uint _next = (uint)Random.Shared.Next();

    public string Name { get; } = name;

    public Lock UpdateLock { get; } = new();

    public UpstreamModel? Model
    {
        get => _model;
        set => _model = value;
    }

    /// <summary>Null while nothing asks for it.</summary>
    public OutlierDetector? Outliers => _outliers;

    public int ActiveRequests => Volatile.Read(ref _requests);

    public ConnectionGate Gate { get; } = new();

    public UpstreamCounters Counters { get; } = new();

    /// <summary>Puts a model from discovery in force; null takes the upstream away.</summary>
    public void Replace(UpstreamModel? model, TimeProvider time, ILogger log)
    {
        lock (UpdateLock)
        {
            var before = _model;
            _model = model;
            Install(model?.Config.Outliers, time, log);
            Install(model?.Config.Warmup, time);
            _warmup?.Start(before, model);
            // Decoded outside the lock: an ejection since, or the end of detection, is not in it.
            if (model is not null && (_outliers is not null || before?.Config is { Outliers: not null } or { Warmup: not null } || _warmup is not null)) Rebuild();
        }
    }

    /// <summary>A new model of the same settings and endpoints, as they are now.</summary>
    public void Rebuild()
    {
        lock (UpdateLock)
        {
            _warmup?.Heat(_model);
            _model = _model?.Refreshed();
        }
    }

    public bool TryStartRequest(int limit) => TryCount(ref _requests, limit);

    public void EndRequest() => Interlocked.Decrement(ref _requests);

    /// <summary>Counts a retry in, within the budget if there is one, else within the limit; held until the retry has ended.</summary>
    public bool TryStartRetry(UpstreamConfigModel config)
    {
        var limit = config.RetryBudget is { } budget ? budget.Limit(ActiveRequests) : config.MaxRetries;
        if (TryCount(ref _retries, limit)) return true;
        Counters.Add(UpstreamCounter.RetryOverflow);
        return false;
    }

    public void EndRetry() => Interlocked.Decrement(ref _retries);

    /// <summary>A running number for round robin.</summary>
    public uint NextTicket() => Interlocked.Increment(ref _next);

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

    private void Install(WarmupModel? model, TimeProvider time)
    {
        if (_warmup?.Model == model) return;
        _warmup?.Dispose();
        _warmup = model is null ? null : new Warmup(this, model, time);
    }

    private static bool TryCount(ref int counter, int limit)
    {
        if (Interlocked.Increment(ref counter) <= limit) return true;
        Interlocked.Decrement(ref counter);
        return false;
    }
}
