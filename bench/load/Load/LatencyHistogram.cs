using System.Numerics;

namespace Mesh.Bench.Load;

/// <summary>
/// Counts of latencies in buckets whose width is 1/128 of their value, so that a percentile is exact to 0.8 % from nanoseconds to
/// hours, in 64 KiB and without allocating while recording. Not thread-safe.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int MantissaBits = 7;
    private const int BucketsPerPower = 1 << MantissaBits;
    private readonly long[] _counts = new long[(64 - MantissaBits) * BucketsPerPower];

    public long Count { get; private set; }

    public TimeSpan Max { get; private set; }

    public void Record(TimeSpan latency)
    {
        if (latency < TimeSpan.Zero)
            latency = TimeSpan.Zero;
        if (latency > Max)
            Max = latency;
        _counts[BucketOf(latency.Ticks * 100)]++;
        Count++;
    }

    /// <summary>The upper edge of the bucket that holds the given fraction of all; zero when nothing was recorded.</summary>
    public TimeSpan Percentile(double fraction)
    {
        var rank = (long)Math.Ceiling(Count * fraction);
        long seen = 0;
        for (var bucket = 0; bucket < _counts.Length && rank > 0; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= rank)
                return TimeSpan.FromTicks(Math.Min(UpperEdge(bucket) / 100, Max.Ticks));
        }

        return TimeSpan.Zero;
    }

    private static int BucketOf(long nanoseconds)
    {
        var power = BitOperations.Log2((ulong)nanoseconds | 1);
        if (power <= MantissaBits)
            return (int)nanoseconds;
        var shift = power - MantissaBits;
        return (shift * BucketsPerPower) + (int)(nanoseconds >> shift);
    }

    private static long UpperEdge(int bucket)
    {
        if (bucket < 2 * BucketsPerPower)
            return bucket;
        var shift = (bucket / BucketsPerPower) - 1;
        return ((long)((bucket % BucketsPerPower) + BucketsPerPower) << shift) + (1L << shift) - 1;
    }
}
