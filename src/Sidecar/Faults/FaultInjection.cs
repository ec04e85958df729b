using Mesh.Sidecar.Http;
using Mesh.Sidecar.Resilience;

namespace Mesh.Sidecar.Faults;

/// <summary>
/// Envoy's fault filter: a delay, then perhaps an abort. Counts the requests that suffer; the count of active ones is a loose limit, as in
/// Envoy. Safe from all threads.
/// </summary>
internal sealed class FaultInjection(TimeProvider time)
{
    private static readonly byte[] AbortBody = "fault filter abort"u8.ToArray();

    private int _active;
    private long _delays;
    private long _aborts;
    private long _overflows;

    public int Active => Volatile.Read(ref _active);

    public long Delays => Volatile.Read(ref _delays);

    public long Aborts => Volatile.Read(ref _aborts);

    public long Overflows => Volatile.Read(ref _overflows);

    /// <summary>True when the request has its answer, or nobody who would want one.</summary>
    public ValueTask<bool> RunAsync(ProxyRequest request, FaultModel fault)
    {
        if (Active >= fault.MaxActive)
        {
            Interlocked.Increment(ref _overflows);
            return new ValueTask<bool>(false);
        }
        if (!Applies(request, fault)) return new ValueTask<bool>(false);
        var headers = request.Http.Request.Headers;
        var delay = fault.Delay is null ? TimeSpan.Zero : FaultDecision.DelayOf(fault.Delay, headers);
        if (delay > TimeSpan.Zero) return DelayAsync(request, fault, delay);
        return AbortAsync(request, fault);
    }

    /// <summary>To be called once when the exchange of a request with <see cref="ProxyRequest.HasFault"/> ends.</summary>
    public void End() => Interlocked.Decrement(ref _active);

    private static bool Applies(ProxyRequest request, FaultModel fault)
    {
        if (fault.DownstreamNodes.Length > 0
            && Array.IndexOf(fault.DownstreamNodes, request.Http.Request.Headers["x-envoy-downstream-service-node"].ToString()) < 0) return false;
        foreach (var header in fault.Headers)
            if (!header.IsMatch(request.Http.Request)) return false;
        return true;
    }

    private async ValueTask<bool> DelayAsync(ProxyRequest request, FaultModel fault, TimeSpan delay)
    {
        Begin(request);
        Interlocked.Increment(ref _delays);
        request.IsDelayed = true;
        var gone = request.Http.RequestAborted;
        await Task.Delay(delay, time, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!gone.IsCancellationRequested) return await AbortAsync(request, fault);
        request.Outcome = ProxyOutcome.DownstreamDisconnect;
        return true;
    }

    private ValueTask<bool> AbortAsync(ProxyRequest request, FaultModel fault)
    {
        if (fault.Abort is null || FaultDecision.AbortOf(fault.Abort, request.Http.Request.Headers) is not { } statuses) return new ValueTask<bool>(false);
        Begin(request);
        Interlocked.Increment(ref _aborts);
        request.Outcome = ProxyOutcome.FaultInjected;
        // A gRPC status is a 200, also to a client that does not speak gRPC (Envoy).
        return Done(LocalReply.WriteAsync(request, statuses.Http ?? StatusCodes.Status200OK, AbortBody, "text/plain", statuses.Grpc));
    }

    private static async ValueTask<bool> Done(Task reply)
    {
        await reply;
        return true;
    }

    private void Begin(ProxyRequest request)
    {
        if (request.HasFault) return;
        request.HasFault = true;
        Interlocked.Increment(ref _active);
    }
}
