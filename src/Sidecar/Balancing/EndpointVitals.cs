namespace Mesh.Sidecar.Balancing;

/// <summary>
/// What a proxy has learned of one endpoint: failures, ejection, warmth, speed. Belongs to the address, so it survives every update that
/// keeps the address, even one that changes the connection settings and with them the pool. Counters change with each request, from all
/// threads; what is marked so changes only under the upstream's lock.
/// </summary>
internal sealed class EndpointVitals
{
    private volatile bool _isEjected;
    private long _avoidUntil;
    private double _latency;
    private long _latencyAt;

    /// <summary>Consecutive failures, as outlier detection counts them.</summary>
    public int ServerErrors;
    public int GatewayErrors;
    public int LocalFailures;

    public SuccessWindow External { get; } = new();
    public SuccessWindow Local { get; } = new();

    /// <summary>Outlier detection took the endpoint out. Written under the upstream's lock.</summary>
    public bool IsEjected
    {
        get => _isEjected;
        set => _isEjected = value;
    }

    // Under the upstream's lock.
    public int Ejections { get; set; }
    public int EjectionBackOff { get; set; }
    public long EjectedAt { get; set; }
    public long? UnejectedAt { get; set; }
    public TimeSpan EjectionJitter { get; set; }

    /// <summary>Percent of the last interval's requests that succeeded; null when there were too few to say.</summary>
    public double? SuccessRate { get; set; }

    /// <summary>When it came or became healthy; 0 before it was seen. Under the upstream's lock.</summary>
    public long HealthySince { get; set; }

    /// <summary>Part of its weight that a warming endpoint gets; 1 when warm. Under the upstream's lock.</summary>
    public double Warmth { get; set; } = 1;

    /// <summary>The endpoint asked to be left alone (Retry-After) and the time is not over.</summary>
    public bool IsAvoided
    {
        get
        {
            var until = Volatile.Read(ref _avoidUntil);
            if (until == 0) return false;
            if (TimeProvider.System.GetTimestamp() < until) return true;
            Interlocked.CompareExchange(ref _avoidUntil, 0, until);
            return false;
        }
    }

    public void Avoid(TimeSpan time) =>
        Volatile.Write(ref _avoidUntil, TimeProvider.System.GetTimestamp() + (long)(time.TotalSeconds * TimeProvider.System.TimestampFrequency));

    /// <summary>
    /// Peak-sensitive moving average of response times in milliseconds: a slower answer counts at once, a faster one by and by. A race
    /// between two updates loses one sample, which an average can bear.
    /// </summary>
    public double Latency => Volatile.Read(ref _latency);

    public void ObserveLatency(double milliseconds, long now, double ticksPerDecay)
    {
        var before = Volatile.Read(ref _latency);
        var age = Math.Max(0, now - Volatile.Read(ref _latencyAt));
        var kept = Math.Exp(-age / ticksPerDecay);
        Volatile.Write(ref _latency, milliseconds >= before ? milliseconds : before * kept + milliseconds * (1 - kept));
        Volatile.Write(ref _latencyAt, now);
    }
}

/// <summary>Requests and successes of the current interval; <see cref="Turn"/> starts the next and gives the last.</summary>
internal sealed class SuccessWindow
{
    private int _total;
    private int _successes;

    public void Add(bool success)
    {
        Interlocked.Increment(ref _total);
        if (success) Interlocked.Increment(ref _successes);
    }

    public (int Total, int Successes) Turn()
    {
        // Successes first: a request between the two then counts as a failure here; the reader bounds its late success.
        var successes = Interlocked.Exchange(ref _successes, 0);
        return (Interlocked.Exchange(ref _total, 0), successes);
    }
}
