namespace Mesh.Cluster.Telemetry;

/// <summary>The counters of one replica. Thread-safe; what can be read off the model is not counted here.</summary>
internal sealed class ClusterMetrics
{
    public Gauge ModelSessions { get; } = new();
    public Gauge ReportStreams { get; } = new();
    public Counter Pushes { get; } = new();
    public Counter PushErrors { get; } = new();
    public Counter CertificatesSigned { get; } = new();
    public Counter CertificatesRefused { get; } = new();
    public Counter ApiWrites { get; } = new();
}

/// <summary>A number that only rises.</summary>
internal sealed class Counter
{
    private long _value;

    public long Value => Interlocked.Read(ref _value);

    public void Increment() => Interlocked.Increment(ref _value);
}

/// <summary>How many are inside; leaving is disposing what entering gave.</summary>
internal sealed class Gauge
{
    private long _value;

    public long Value => Interlocked.Read(ref _value);

    public IDisposable Enter()
    {
        Interlocked.Increment(ref _value);
        return new Entered(this);
    }

    private sealed class Entered(Gauge gauge) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0) Interlocked.Decrement(ref gauge._value);
        }
    }
}
