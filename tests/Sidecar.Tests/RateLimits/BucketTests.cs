using System.Diagnostics;
using Mesh.Sidecar.RateLimits;

namespace Mesh.Sidecar.Tests.RateLimits;

/// <summary>What token buckets promise, over random limits and random arrivals.</summary>
public sealed class BucketTests
{
    private const long Frequency = 1_000_000_000;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 50)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void TryTake_AnyArrivals_AdmitsNoMoreThanBurstAndRate(int seed)
    {
        var random = new Random(seed);
        var (requests, per, burst) = (random.Next(1, 1000), TimeSpan.FromMilliseconds(random.Next(1, 100_000)), random.Next(1, 200));
        var rate = new BucketRate(requests, per, burst, Frequency);
        var full = BucketRate.Full;
        var now = random.NextInt64(0, long.MaxValue / 4);
        var admitted = new List<long>();
        for (var i = 0; i < 3000; i++)
        {
            now += random.Next(4) == 0 ? random.NextInt64(0, rate.Capacity + 1) : random.NextInt64(0, rate.Interval + 1);
            if (rate.TryTake(ref full, now, out _)) admitted.Add(now);
        }

        // In every window, not only from the start.
        for (var trial = 0; trial < 2000; trial++)
        {
            var (a, b) = (random.Next(admitted.Count), random.Next(admitted.Count));
            var (from, to) = (Math.Min(a, b), Math.Max(a, b));
            var allowed = burst + ((double)(admitted[to] - admitted[from]) / Frequency * requests / per.TotalSeconds);
            Assert.True(to - from + 1 <= allowed + 1e-6, $"{to - from + 1} in a window that allows {allowed}");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void TryTake_Refused_IsAdmittedWhenItWasToldAndNotBefore(int seed)
    {
        var random = new Random(seed);
        var rate = new BucketRate(random.Next(1, 1000), TimeSpan.FromSeconds(random.Next(1, 100)), random.Next(1, 50), Frequency);
        var (full, now) = (BucketRate.Full, 12345L);
        while (rate.TryTake(ref full, now, out _)) now += random.NextInt64(0, rate.Interval / 2);
        var before = full;
        Assert.False(rate.TryTake(ref full, now, out var level));
        Assert.Equal(before, full);
        Assert.InRange(level.UntilAdmitted, 1, rate.Interval);
        Assert.False(rate.TryTake(ref full, now + level.UntilAdmitted - 1, out _));
        Assert.True(rate.TryTake(ref full, now + level.UntilAdmitted, out _));
    }

    [Fact]
    public void TryTake_FreshBucket_CountsDownFromItsSize()
    {
        var rate = new BucketRate(10, TimeSpan.FromSeconds(1), 3, Frequency);
        var full = BucketRate.Full;
        Assert.Equal([2, 1, 0], Enumerable.Range(0, 3).Select(_ => rate.TryTake(ref full, 5, out var level) ? level.Remaining : -1));
        Assert.False(rate.TryTake(ref full, 5, out _));
    }

    [Fact]
    public void GiveBack_AfterTaking_LeavesTheBucketAsItWas()
    {
        var rate = new BucketRate(1, TimeSpan.FromHours(1), 2, Frequency);
        var full = BucketRate.Full;
        for (var i = 0; i < 100; i++)
        {
            Assert.True(rate.TryTake(ref full, 1000, out var level));
            Assert.Equal(1, level.Remaining);
            rate.GiveBack(ref full);
        }
    }

    [Theory]
    [InlineData(1_000_000, 1, 1_000_000_000)]
    [InlineData(1_000_000, 1, 10_000_000)]
    [InlineData(3, 1, 1_000_000_000)]
    [InlineData(1, 2_678_400, 1_000_000_000)]
    public void Interval_AnyRate_IsNeverShorterThanExact(int requests, int seconds, long frequency)
    {
        var rate = new BucketRate(requests, TimeSpan.FromSeconds(seconds), 1, frequency);
        var exact = (double)seconds * frequency / requests;
        Assert.InRange(rate.Interval, exact, exact + 1);
    }

    [Fact]
    public void TryTake_FromManyThreads_AdmitsExactlyTheBurst()
    {
        var rate = new BucketRate(1, TimeSpan.FromDays(1), 5000, Frequency);
        var (full, admitted) = (BucketRate.Full, 0);
        Parallel.For(0, 20_000, _ =>
        {
            if (rate.TryTake(ref full, 1, out BucketLevel _)) Interlocked.Increment(ref admitted);
        });
        Assert.Equal(5000, admitted);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Table_ManyKeys_BehavesAsAModelOfIt(int seed)
    {
        var random = new Random(seed);
        var (limit, rate) = (random.Next(1, 40), new BucketRate(1, TimeSpan.FromSeconds(random.Next(1, 5)), random.Next(1, 4), Frequency));
        var counters = new LimitCounters();
        var table = new BucketTable(rate, limit, counters);
        var (model, order, evicted, now) = (new Dictionary<ulong, long>(), new List<ulong>(), 0L, 0L);
        for (var i = 0; i < 5000; i++)
        {
            now += random.NextInt64(0, Frequency / 4);
            var key = (ulong)random.Next(60) * 0x9E3779B97F4A7C15;
            if (!model.TryGetValue(key, out var full))
            {
                full = BucketRate.Full;
                if (model.Count == limit)
                {
                    model.Remove(order[0]);
                    order.RemoveAt(0);
                    evicted++;
                }
            }
            order.Remove(key);
            order.Add(key);
            Assert.Equal(rate.TryTake(ref full, now, out var expected), table.TryTake(key, now, out var level));
            Assert.Equal(expected, level);
            model[key] = full;
            if (random.Next(10) == 0)
            {
                table.GiveBack(key);
                full = model[key];
                rate.GiveBack(ref full);
                model[key] = full;
            }
            Assert.Equal(model.Count, table.Count);
        }
        Assert.Equal(evicted, counters.Evicted);
    }

    [Fact]
    public void Table_MoreKeysThanItHolds_StaysWithinItsBound()
    {
        var counters = new LimitCounters();
        var table = new BucketTable(new BucketRate(1, TimeSpan.FromSeconds(1), 1, Frequency), 10_000, counters);
        Parallel.For(0, 200_000, i => table.TryTake((ulong)i * 0x9E3779B97F4A7C15, 1, out _));
        Assert.InRange(table.Count, 9_000, 10_000);
        Assert.Equal(200_000, counters.Evicted + table.Count);
    }

    [Fact]
    public void Table_KeysThatAreThere_AllocatesNothing()
    {
        var table = new BucketTable(new BucketRate(1, TimeSpan.FromSeconds(1), 1, Frequency), 2000, new LimitCounters());
        for (var i = 0UL; i < 4000; i++) table.TryTake(i * 0x9E3779B97F4A7C15, 1, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0UL; i < 4000; i++) table.TryTake(i * 0x9E3779B97F4A7C15, 2, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Hash_PartsCutDifferently_AreDifferentKeys()
    {
        Assert.NotEqual(Hash("ab", "c"), Hash("a", "bc"));
        Assert.NotEqual(Hash("a", null), Hash("a", ""));
        Assert.NotEqual(Hash("a", "b"), Hash("b", "a"));
        Assert.Equal(Hash("some longer text, over eight bytes", "x"), Hash("some longer text, over eight bytes", "x"));
        Assert.Equal(100_000, Enumerable.Range(0, 100_000).Select(i => Hash("user-" + i)).Distinct().Count());
    }

    [Fact]
    public void StateOf_SameRuleAgain_KeepsItsBuckets()
    {
        var states = new RateLimitStates(TimeProvider.System);
        var identity = new LimitIdentity("a/b", "c", 1, TimeSpan.FromHours(1), 1, "", 0);
        var state = states.StateOf(identity);
        Assert.True(state.TryTake(0, Stopwatch.GetTimestamp(), out _));
        Assert.Same(state, states.StateOf(identity with { }));
        var changed = states.StateOf(identity with { Burst = 2 });
        Assert.NotSame(state, changed);
        Assert.Same(state.Counters, changed.Counters);
        GC.KeepAlive(state);
    }

    private static ulong Hash(params string?[] parts)
    {
        var hasher = new KeyHasher();
        foreach (var part in parts)
            if (part is null) hasher.AddMissing();
            else hasher.Add(part.AsSpan());
        return hasher.Finish();
    }
}
