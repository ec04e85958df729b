namespace Mesh.Sidecar.Mirroring;

/// <summary>What all copies of a proxy together may hold, so that a slow mirror costs its callers no memory. Safe from all threads.</summary>
internal sealed class MirrorBudget
{
    /// <summary>As many as Envoy's default circuit breaker lets through to a cluster.</summary>
    private const int MaxRequests = 1024;

    private const long MaxBytes = 16 * 1024 * 1024;

    private int _requests;
    private long _bytes;

    public int Requests => Volatile.Read(ref _requests);

    public bool TryStart()
    {
        if (Interlocked.Increment(ref _requests) <= MaxRequests) return true;
        Interlocked.Decrement(ref _requests);
        return false;
    }

    public void End() => Interlocked.Decrement(ref _requests);

    public bool TryHold(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= MaxBytes) return true;
        Free(bytes);
        return false;
    }

    public void Free(long bytes) => Interlocked.Add(ref _bytes, -bytes);
}
