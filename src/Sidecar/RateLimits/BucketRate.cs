namespace Mesh.Sidecar.RateLimits;

/// <summary>
/// A token bucket's size and speed. A bucket itself is one number, the moment at which it will be full (the generic cell rate algorithm): a
/// request moves it on by the time a token takes, and is refused where it would then be further off than an empty bucket takes to fill. So taking is
/// one compare-and-exchange. Times are timestamps of the process's clock, rounded so that never more is admitted than was said.
/// </summary>
internal readonly record struct BucketRate
{
    /// <summary>A bucket nobody has taken from.</summary>
    public const long Full = long.MinValue;

    public BucketRate(long requests, TimeSpan per, long burst, long frequency)
    {
        var ticks = (Int128)per.Ticks * frequency;
        Interval = (long)Int128.Max(1, (ticks + ((Int128)requests * TimeSpan.TicksPerSecond) - 1) / ((Int128)requests * TimeSpan.TicksPerSecond));
        Size = burst;
        Capacity = (long)Int128.Min(long.MaxValue / 4, (Int128)Interval * burst);
    }

    /// <summary>What a token takes to come back.</summary>
    public long Interval { get; }

    /// <summary>What an empty bucket takes to fill.</summary>
    public long Capacity { get; }

    /// <summary>Tokens of a full bucket.</summary>
    public long Size { get; }

    public bool TryTake(ref long full, long now, out BucketLevel level)
    {
        while (true)
        {
            var before = Volatile.Read(ref full);
            var next = Math.Max(before, now) + Interval;
            if (next - now > Capacity)
            {
                level = new BucketLevel(0, next - now - Interval, next - now - Capacity);
                return false;
            }
            if (Interlocked.CompareExchange(ref full, next, before) != before) continue;
            level = new BucketLevel((Capacity - (next - now)) / Interval, next - now, 0);
            return true;
        }
    }

    /// <summary>Gives a token back. The bucket is no fuller than if it had never been taken.</summary>
    public void GiveBack(ref long full) => Interlocked.Add(ref full, -Interval);
}

/// <summary>A bucket after a request: tokens left, and the times until it is full and until a refused request would be admitted.</summary>
internal readonly record struct BucketLevel(long Remaining, long UntilFull, long UntilAdmitted);
