using System.Globalization;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Resilience;

namespace Mesh.Sidecar.Http;

/// <summary>Tells outlier detection and the balancer what a try has shown of its endpoint.</summary>
internal static class ResponseReport
{
    // An endpoint that asks for an hour has not understood that it has neighbours; health checks are for that.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // What Finagle and Linkerd settled on: a slow moment is forgotten after some ten seconds.
    private static readonly TimeSpan LatencyDecay = TimeSpan.FromSeconds(10);

    public static void Report(UpstreamState upstream, EndpointVitals vitals, int status, int grpcStatus, IResponseFields response)
    {
        if (upstream.Outliers is { } outliers)
        {
            outliers.OnConnected(vitals);
            outliers.OnResponse(vitals, grpcStatus >= 0 ? GrpcStatuses.ToHttp(grpcStatus) : status);
        }
        if (status == 429 || grpcStatus == GrpcStatuses.ResourceExhausted) HonourRetryAfter(vitals, response);
    }

    /// <summary>A try that brought no response. What the client broke off, or a limit kept from going, says nothing of the endpoint.</summary>
    public static void Failed(UpstreamState upstream, EndpointVitals vitals, in TryResult result)
    {
        if (upstream.Outliers is not { } outliers) return;
        if (result.Outcome is ProxyOutcome.DownstreamDisconnect or ProxyOutcome.DownstreamProtocolError or ProxyOutcome.BadRequest
            or ProxyOutcome.RequestTooLarge or ProxyOutcome.UpstreamOverflow)
            return;
        // As Envoy counts: who was connected and then broke had one success and one failure.
        if (!result.Failure.IsConnectFailure) outliers.OnConnected(vitals);
        outliers.OnLocalFailure(vitals, result.Failure.IsTimeout);
    }

    /// <summary>The time to the upstream's answer, for the balancer that goes by it.</summary>
    public static void Latency(EndpointVitals vitals, long begun)
    {
        var now = TimeProvider.System.GetTimestamp();
        vitals.ObserveLatency(TimeProvider.System.GetElapsedTime(begun, now).TotalMilliseconds, now, LatencyDecay.TotalSeconds * TimeProvider.System.TimestampFrequency);
    }

    /// <summary>The first of the policy's reset headers that says something usable.</summary>
    public static TimeSpan? ResetAfter(RetryPolicyModel policy, IResponseFields response)
    {
        foreach (var header in policy.ResetHeaders)
        {
            if (!response.TryGet(header.Name, out var value)
                || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) continue;
            var seconds = header.IsUnixTime ? number - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() : number;
            if (seconds > 0 && seconds <= policy.MaxResetInterval.TotalSeconds) return TimeSpan.FromSeconds(seconds);
        }
        return null;
    }

    private static void HonourRetryAfter(EndpointVitals vitals, IResponseFields response)
    {
        if (!response.TryGet("retry-after", out var value)) return;
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds == 0) return;
        var pause = TimeSpan.FromSeconds(seconds);
        vitals.Avoid(pause < LongestPause ? pause : LongestPause);
    }
}
