namespace Mesh.Sidecar.Balancing;

/// <summary>
/// Raises the weight of endpoints that came or recovered a short time ago. Works under the upstream's lock: told of each new model, then by
/// its own timer for as long as some endpoint is warming.
/// </summary>
internal sealed class Warmup : IDisposable
{
    // Steps of two percent of the window are finer than the load of a single endpoint can be told apart.
    private const int Steps = 50;
    private static readonly TimeSpan ShortestStep = TimeSpan.FromMilliseconds(100);

    private readonly UpstreamState _upstream;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private bool _stopped;

    public Warmup(UpstreamState upstream, WarmupModel model, TimeProvider time)
    {
        (_upstream, Model, _time) = (upstream, model, time);
        _timer = time.CreateTimer(static s => ((Warmup)s!).OnStep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public WarmupModel Model { get; }

    /// <summary>Finds what is new in <paramref name="now"/>. The first endpoints of all start warm: with nobody to take their load, there is nothing to spare them.</summary>
    public void Start(UpstreamModel? before, UpstreamModel? now)
    {
        var timestamp = Math.Max(1, _time.GetTimestamp());
        var known = new Dictionary<EndpointVitals, bool>();
        foreach (var endpoint in before?.Endpoints ?? []) known[endpoint.State.Vitals] = endpoint.Health == EndpointHealth.Healthy;
        foreach (var endpoint in now?.Endpoints ?? [])
        {
            var vitals = endpoint.State.Vitals;
            if (endpoint.Health != EndpointHealth.Healthy) continue;
            var wasHealthy = known.Count == 0 || (known.TryGetValue(vitals, out var healthy) && healthy);
            if (!wasHealthy) vitals.HealthySince = timestamp;
            else if (vitals.HealthySince == 0) vitals.HealthySince = long.MinValue;
        }
    }

    public void Dispose()
    {
        lock (_upstream.UpdateLock)
        {
            _stopped = true;
            foreach (var endpoint in _upstream.Model?.Endpoints ?? []) endpoint.State.Vitals.Warmth = 1;
        }
        _timer.Dispose();
    }

    private void OnStep()
    {
        // One step too many after the end changes nothing.
        if (!Volatile.Read(ref _stopped)) _upstream.Rebuild();
    }

    /// <summary>Sets every endpoint's warmth to what its age says, and comes again if one is still warming.</summary>
    public void Heat(UpstreamModel? model)
    {
        var isWarming = false;
        foreach (var endpoint in model?.Endpoints ?? [])
        {
            var vitals = endpoint.State.Vitals;
            vitals.Warmth = vitals.HealthySince <= 0 ? 1 : Model.At(_time.GetElapsedTime(vitals.HealthySince));
            isWarming |= vitals.Warmth < 1;
        }
        var step = Model.Window / Steps;
        _timer.Change(isWarming ? step > ShortestStep ? step : ShortestStep : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
