using System.Globalization;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Resilience;

namespace Mesh.Sidecar.Http;

/// <summary>Tells outlier detection and the balancer what a try has shown of its endpoint.</summary>
internal static class ResponseReport
{
    // An endpoint that asks for an hour has not understood that it has neighbours; health checks are for that.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    public static void Report(UpstreamState upstream, EndpointVitals vitals, int status, int grpcStatus, HttpResponseMessage response)
    {
        if (upstream.Outliers is { } outliers)
        {
            outliers.OnConnected(vitals);
            outliers.OnResponse(vitals, grpcStatus >= 0 ? GrpcStatuses.ToHttp(grpcStatus) : status);
        }
        if (status == 429 || grpcStatus == GrpcStatuses.ResourceExhausted) HonourRetryAfter(vitals, response);
    }

    /// <summary>A try that brought no response. What the client broke off says nothing of the endpoint.</summary>
    public static void Failed(UpstreamState upstream, EndpointVitals vitals, in TryResult result)
    {
        if (upstream.Outliers is not { } outliers) return;
        if (result.Outcome is ProxyOutcome.DownstreamDisconnect or ProxyOutcome.DownstreamProtocolError) return;
        // As Envoy counts: who was connected and then broke had one success and one failure.
        if (!result.Failure.IsConnectFailure) outliers.OnConnected(vitals);
        outliers.OnLocalFailure(vitals, result.Failure.IsTimeout);
    }

    private static void HonourRetryAfter(EndpointVitals vitals, HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("retry-after", out var values)) return;
        if (!int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds == 0) return;
        var pause = TimeSpan.FromSeconds(seconds);
        vitals.Avoid(pause < LongestPause ? pause : LongestPause);
    }
}
