using Mesh.Sidecar.Balancing;

namespace Mesh.Sidecar.Resilience;

/// <summary>
/// Takes an upstream's failing endpoints out for a time, as Envoy's outlier detection does. Requests report from all threads and only touch
/// counters; ejections and the interval's work happen under the upstream's lock, and each ends in a new model of the upstream, made outside it.
/// <code>
/// healthy -- failures in a row, or an outlier of the interval --> ejected -- base time x number of ejections --> healthy
/// </code>
/// </summary>
internal sealed partial class OutlierDetector : IDisposable
{
    private readonly UpstreamState _upstream;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private readonly long[] _enforced = new long[Enum.GetValues<EjectionKind>().Length];
    private volatile OutlierModel _model;
    private long _overflows;
    private long _detected;
    private volatile bool _stopped;

    public OutlierDetector(UpstreamState upstream, OutlierModel model, TimeProvider time, ILogger log)
    {
        (_upstream, _model, _time, _log) = (upstream, model, time, log);
        _timer = time.CreateTimer(static s => ((OutlierDetector)s!).OnInterval(), this, model.Interval, Timeout.InfiniteTimeSpan);
    }

    public OutlierModel Model => _model;

    /// <summary>Ejections enforced since the start, by kind.</summary>
    public long Enforced(EjectionKind kind) => Volatile.Read(ref _enforced[(int)kind]);

    /// <summary>Times that an outlier was found, enforced or not.</summary>
    public long Detected => Volatile.Read(ref _detected);

    /// <summary>Ejections that the maximum share of ejected endpoints forbade.</summary>
    public long Overflows => Volatile.Read(ref _overflows);

    public int Active => _upstream.Model?.Endpoints.Count(e => e.State.Vitals.IsEjected) ?? 0;

    /// <summary>New settings; the interval in progress runs out as it began.</summary>
    public void Update(OutlierModel model) => _model = model;

    /// <summary>A response came from the endpoint.</summary>
    public void OnResponse(EndpointVitals vitals, int status)
    {
        var model = _model;
        if (model.ErrorCodes is { } codes) status = codes.Contains(status) ? Math.Max(500, status) : 200;
        Count(model, vitals, status);
    }

    /// <summary>A connection was made; with split errors that is a success of its own, without, the response will tell.</summary>
    public void OnConnected(EndpointVitals vitals)
    {
        var model = _model;
        if (!model.SplitsLocalErrors) return;
        if (model.CountsSuccessRates) vitals.Local.Add(success: true);
        Clear(ref vitals.LocalFailures);
    }

    /// <summary>A TCP exchange could be started; nothing further will be known of it.</summary>
    public void OnTcpConnected(EndpointVitals vitals)
    {
        if (_model.SplitsLocalErrors) OnConnected(vitals);
        else Count(_model, vitals, 200);
    }

    /// <summary>No response: the connection failed, broke, or the time ran out.</summary>
    public void OnLocalFailure(EndpointVitals vitals, bool isTimeout)
    {
        var model = _model;
        if (!model.SplitsLocalErrors)
        {
            Count(model, vitals, isTimeout ? 504 : 503);
            return;
        }
        if (model.CountsSuccessRates) vitals.Local.Add(success: false);
        if (Interlocked.Increment(ref vitals.LocalFailures) == model.ConsecutiveLocalFailures)
            OnConsecutive(vitals, ref vitals.LocalFailures, EjectionKind.ConsecutiveLocalFailures);
    }

    public void Dispose()
    {
        lock (_upstream.UpdateLock)
        {
            _stopped = true;
            foreach (var endpoint in _upstream.Model?.Endpoints ?? []) endpoint.State.Vitals.IsEjected = false;
        }
        _timer.Dispose();
    }

    private void Count(OutlierModel model, EndpointVitals vitals, int status)
    {
        if (model.CountsSuccessRates) vitals.External.Add(success: status < 500);
        if (status < 500)
        {
            Clear(ref vitals.ServerErrors);
            Clear(ref vitals.GatewayErrors);
            return;
        }
        if (status is 502 or 503 or 504)
        {
            if (Interlocked.Increment(ref vitals.GatewayErrors) == model.ConsecutiveGatewayErrors)
                OnConsecutive(vitals, ref vitals.GatewayErrors, EjectionKind.ConsecutiveGatewayErrors);
        }
        else
        {
            Clear(ref vitals.GatewayErrors);
        }
        if (Interlocked.Increment(ref vitals.ServerErrors) == model.ConsecutiveServerErrors)
            OnConsecutive(vitals, ref vitals.ServerErrors, EjectionKind.ConsecutiveServerErrors);
    }

    // Most requests succeed on a counter that is zero: a read keeps the cache line shared.
    private static void Clear(ref int counter)
    {
        if (Volatile.Read(ref counter) != 0) Volatile.Write(ref counter, 0);
    }

    private void OnConsecutive(EndpointVitals vitals, ref int counter, EjectionKind kind)
    {
        var isEjected = false;
        lock (_upstream.UpdateLock)
        {
            if (_stopped || vitals.IsEjected || Find(vitals) is not { } endpoint) return;
            Interlocked.Increment(ref _detected);
            isEjected = Eject(endpoint, kind);
            // Also when the ejection was not allowed: the next one needs failures of its own.
            Volatile.Write(ref counter, 0);
        }
        // On the thread that has the failed request, and others.
        if (isEjected) _upstream.RebuildSoon();
    }

    private EndpointModel? Find(EndpointVitals vitals)
    {
        foreach (var endpoint in _upstream.Model?.Endpoints ?? [])
            if (ReferenceEquals(endpoint.State.Vitals, vitals)) return endpoint;
        return null;
    }

    private bool Eject(EndpointModel endpoint, EjectionKind kind)
    {
        var model = _model;
        var active = Active;
        var isAllowed = 100.0 * (active + 1) / _upstream.Model!.Endpoints.Count <= model.MaxEjectionPercent || (model.AlwaysEjectOne && active == 0);
        if (!isAllowed)
        {
            Interlocked.Increment(ref _overflows);
            return false;
        }
        if (Random.Shared.Next(100) >= model.Chance(kind)) return false;
        Interlocked.Increment(ref _enforced[(int)kind]);
        var vitals = endpoint.State.Vitals;
        vitals.IsEjected = true;
        _upstream.Touch();
        vitals.Ejections++;
        vitals.EjectedAt = _time.GetTimestamp();
        vitals.EjectionJitter = model.MaxEjectionJitter * Random.Shared.NextDouble();
        if (model.BaseEjectionTime * vitals.EjectionBackOff < model.MaxEjectionTime + model.BaseEjectionTime) vitals.EjectionBackOff++;
        Log.Ejected(_log, endpoint.State.Key.Address, _upstream.Name, kind);
        return true;
    }

    private void OnInterval()
    {
        var changed = false;
        lock (_upstream.UpdateLock)
        {
            if (_stopped) return;
            var model = _model;
            var now = _time.GetTimestamp();
            var endpoints = _upstream.Model?.Endpoints ?? [];
            foreach (var endpoint in endpoints) changed |= Uneject(endpoint, model, now);
            if (model.CountsSuccessRates)
            {
                changed |= EjectOutliers(endpoints, model, static v => v.External, EjectionKind.SuccessRate, EjectionKind.FailurePercentage);
                if (model.SplitsLocalErrors)
                    changed |= EjectOutliers(endpoints, model, static v => v.Local, EjectionKind.LocalSuccessRate, EjectionKind.LocalFailurePercentage);
            }
            foreach (var endpoint in endpoints) Forgive(endpoint.State.Vitals, model, now);
            _timer.Change(model.Interval, Timeout.InfiniteTimeSpan);
        }
        if (changed) _upstream.Rebuild();
    }

    private bool Uneject(EndpointModel endpoint, OutlierModel model, long now)
    {
        var vitals = endpoint.State.Vitals;
        if (!vitals.IsEjected) return false;
        var time = model.BaseEjectionTime * vitals.EjectionBackOff;
        if (time > model.MaxEjectionTime) time = model.MaxEjectionTime;
        if (_time.GetElapsedTime(vitals.EjectedAt, now) < time + vitals.EjectionJitter) return false;
        vitals.IsEjected = false;
        _upstream.Touch();
        vitals.ServerErrors = vitals.GatewayErrors = vitals.LocalFailures = 0;
        vitals.UnejectedAt = vitals.HealthySince = now;
        Log.Returned(_log, endpoint.State.Key.Address, _upstream.Name);
        return true;
    }

    // An interval in good health takes one step of the growth back.
    private void Forgive(EndpointVitals vitals, OutlierModel model, long now)
    {
        if (vitals.IsEjected || vitals.EjectionBackOff == 0 || vitals.UnejectedAt is not { } since) return;
        if (_time.GetElapsedTime(since, now) >= model.Interval) vitals.EjectionBackOff--;
    }

    private bool EjectOutliers(
        IReadOnlyList<EndpointModel> endpoints, OutlierModel model, Func<EndpointVitals, SuccessWindow> window, EjectionKind rate, EjectionKind percentage)
    {
        var samples = new List<SuccessSample>(endpoints.Count);
        foreach (var endpoint in endpoints)
        {
            var vitals = endpoint.State.Vitals;
            var (total, successes) = window(vitals).Turn();
            if (rate == EjectionKind.SuccessRate) vitals.SuccessRate = null;
            if (vitals.IsEjected || total == 0) continue;
            var sample = new SuccessSample(endpoint, total, 100.0 * Math.Min(total, successes) / total);
            if (rate == EjectionKind.SuccessRate && total >= Math.Min(model.SuccessRateVolume, model.FailurePercentageVolume)) vitals.SuccessRate = sample.Rate;
            samples.Add(sample);
        }
        var changed = false;
        foreach (var endpoint in OutlierStatistics.BelowTheOthers(samples, endpoints.Count, model)) changed |= Found(endpoint, rate);
        foreach (var endpoint in OutlierStatistics.Failing(samples, endpoints.Count, model)) changed |= Found(endpoint, percentage);
        return changed;
    }

    private bool Found(EndpointModel endpoint, EjectionKind kind)
    {
        Interlocked.Increment(ref _detected);
        return !endpoint.State.Vitals.IsEjected && Eject(endpoint, kind);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Endpoint} of {Upstream} is taken out: {Kind}")]
        public static partial void Ejected(ILogger logger, System.Net.EndPoint endpoint, string upstream, EjectionKind kind);

        [LoggerMessage(2, LogLevel.Information, "{Endpoint} of {Upstream} is back")]
        public static partial void Returned(ILogger logger, System.Net.EndPoint endpoint, string upstream);
    }
}
