namespace Mesh.Sidecar.RateLimits;

/// <summary>What makes a limit the same one after a change of its policy: then its buckets go on as they are.</summary>
internal sealed record LimitIdentity(string Policy, string Rule, long Requests, TimeSpan Per, long Burst, string Keys, int MaxKeys);

/// <summary>The buckets of one rule, shared by all listeners of the process that have the rule. Safe from all threads.</summary>
internal sealed class LimitState
{
    private readonly BucketTable? _table;
    private long _single = BucketRate.Full;

    public LimitState(LimitIdentity identity, LimitCounters counters, TimeProvider time)
    {
        (Identity, Counters) = (identity, counters);
        Frequency = time.TimestampFrequency;
        Rate = new BucketRate(identity.Requests, identity.Per, identity.Burst, Frequency);
        if (identity.MaxKeys > 0) _table = new BucketTable(Rate, identity.MaxKeys, counters);
    }

    public LimitIdentity Identity { get; }

    public BucketRate Rate { get; }

    public LimitCounters Counters { get; }

    /// <summary>Timestamps a second.</summary>
    public long Frequency { get; }

    public int KeyCount => _table?.Count ?? 0;

    /// <param name="key">Whose bucket; of no meaning for a rule without keys.</param>
    /// <param name="now">A timestamp.</param>
    /// <param name="level">The bucket afterwards.</param>
    public bool TryTake(ulong key, long now, out BucketLevel level) =>
        _table is null ? Rate.TryTake(ref _single, now, out level) : _table.TryTake(key, now, out level);

    public void GiveBack(ulong key)
    {
        if (_table is null) Rate.GiveBack(ref _single);
        else _table.GiveBack(key);
    }
}

/// <summary>Counters of one rule; they outlive its changes.</summary>
internal sealed class LimitCounters
{
    private long _admitted;
    private long _refused;
    private long _shadowed;
    private long _evicted;

    public long Admitted => Volatile.Read(ref _admitted);

    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Would have been refused.</summary>
    public long Shadowed => Volatile.Read(ref _shadowed);

    public long Evicted => Volatile.Read(ref _evicted);

    public void CountAdmitted() => Interlocked.Increment(ref _admitted);

    public void CountRefused() => Interlocked.Increment(ref _refused);

    public void CountShadowed() => Interlocked.Increment(ref _shadowed);

    public void CountEvicted() => Interlocked.Increment(ref _evicted);
}
