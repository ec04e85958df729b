namespace Mesh.Sidecar.Authentication;

/// <summary>Counters of token verification. Safe from all threads.</summary>
internal sealed class TokenStatistics
{
    private long _allowed;
    private long _denied;
    private long _preflights;
    private long _hits;
    private long _misses;

    /// <summary>Requests with a good token, or without any.</summary>
    public long Allowed => Volatile.Read(ref _allowed);

    public long Denied => Volatile.Read(ref _denied);

    /// <summary>Preflights, which carry no token and pass.</summary>
    public long Preflights => Volatile.Read(ref _preflights);

    public long Hits => Volatile.Read(ref _hits);

    public long Misses => Volatile.Read(ref _misses);

    public void CountAllowed() => Interlocked.Increment(ref _allowed);

    public void CountDenied() => Interlocked.Increment(ref _denied);

    public void CountPreflight() => Interlocked.Increment(ref _preflights);

    public void CountHit() => Interlocked.Increment(ref _hits);

    public void CountMiss() => Interlocked.Increment(ref _misses);
}
