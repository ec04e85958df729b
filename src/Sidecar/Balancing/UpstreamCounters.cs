namespace Mesh.Sidecar.Balancing;

/// <summary>What happened at an upstream, by Envoy's names, since the process began. Changed by all requests.</summary>
internal sealed class UpstreamCounters
{
    private readonly long[] _values = new long[Enum.GetValues<UpstreamCounter>().Length];

    public long this[UpstreamCounter counter] => Volatile.Read(ref _values[(int)counter]);

    public void Add(UpstreamCounter counter) => Interlocked.Increment(ref _values[(int)counter]);
}

internal enum UpstreamCounter
{
    /// <summary>Requests that a limit turned away.</summary>
    Overflow,

    /// <summary>TCP connections that a limit turned away.</summary>
    ConnectionOverflow,
    Retry,
    RetrySuccess,

    /// <summary>Retries that the limit or the budget forbade.</summary>
    RetryOverflow,

    /// <summary>Requests that failed after their last try.</summary>
    RetryLimitExceeded,

    /// <summary>Retries not made because the method is not idempotent and the policy is a default.</summary>
    RetryWithheld,

    /// <summary>Retries not made because the body was too long to be kept.</summary>
    RetryAbandoned,
    Timeout,
    PerTryTimeout,
}
