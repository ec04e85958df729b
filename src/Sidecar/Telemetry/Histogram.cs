namespace Mesh.Sidecar.Telemetry;

/// <summary>A histogram with fixed bounds. Safe from all threads, without locks; a scrape may see an observation half counted.</summary>
internal sealed class Histogram(double[] bounds)
{
    private readonly long[] _buckets = new long[bounds.Length + 1];
    // The sum in thousandths: an atomic add of an integer needs no loop.
    private long _sumMilli;

    public double[] Bounds => bounds;

    public void Observe(double value)
    {
        var index = Array.BinarySearch(bounds, value);
        Interlocked.Increment(ref _buckets[index < 0 ? ~index : index]);
        Interlocked.Add(ref _sumMilli, (long)(value * 1000));
    }

    public long Bucket(int index) => Volatile.Read(ref _buckets[index]);

    public double Sum => Volatile.Read(ref _sumMilli) / 1000.0;
}
