using System.Globalization;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Http;

/// <summary>Counts finished exchanges under Istio's labels: as destination on inbound listeners, as source on all others.</summary>
internal sealed class RequestRecorder(RequestMetrics metrics, PeerMetadata metadata, WorkloadIdentity identity, TimeProvider time)
{
    public void Record(ProxyRequest request)
    {
        var response = request.Http.Response;
        var flag = ResponseFlags.Of(request);
        var code = request.Outcome == ProxyOutcome.DownstreamDisconnect && !response.HasStarted ? 0 : response.StatusCode;
        var service = request.Destination?.Upstream.Model?.Config.Service ?? (request.Outcome == ProxyOutcome.HostNotAllowed ? ServiceIdentity.BlackHole : ServiceIdentity.Unknown);
        request.Route?.Statistics?.Count(code);
        var own = identity.Current?.Principal;
        var labels = request.IsInbound
            ? new RequestLabels(true, request.Peer, metadata.Own, service, request.Connection.PeerPrincipal,
                request.Connection.PeerPrincipal is null ? null : own, request.IsGrpc, (short)code, GrpcStatus(request), flag,
                request.Connection.PeerPrincipal is not null)
            : new RequestLabels(false, metadata.Own, request.Endpoint?.Destination ?? PeerIdentity.Unknown, service,
                IsMutualTls(request.Endpoint) ? own : null, request.Endpoint?.State.Principal, request.IsGrpc, (short)code, GrpcStatus(request), flag, IsMutualTls(request.Endpoint));
        var requestBytes = request.Http.Request.ContentLength ?? request.Body?.Received ?? 0;
        SeriesFor(request, labels).Record(time.GetElapsedTime(request.StartedAt).TotalMilliseconds, requestBytes, request.ResponseBytes);
    }

    // What comes over one connection, or goes to one endpoint, mostly has the same labels as the last: comparing them, by reference at
    // best, costs a tenth of hashing a dozen strings.
    private RequestSeries SeriesFor(ProxyRequest request, in RequestLabels labels)
    {
        if (!request.IsInbound && request.Endpoint is null) return metrics.For(labels);
        ref var last = ref request.IsInbound ? ref request.Connection.LastSeries : ref request.Endpoint!.State.LastSeries;
        if (Volatile.Read(ref last) is { } known && known.Labels == labels) return known.Series;
        var series = metrics.For(labels);
        // One that stands for all beyond the bound must be counted as such each time.
        if (series.Key == labels) Volatile.Write(ref last, new LastSeries(labels, series));
        return series;
    }

    private static bool IsMutualTls(EndpointModel? endpoint) => endpoint is { IsMutualTls: true };

    private static short GrpcStatus(ProxyRequest request)
    {
        if (!request.IsGrpc) return -1;
        var response = request.Http.Response;
        var text = response.Headers["grpc-status"];
        if (text.Count == 0 && request.Http.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { } trailers) text = trailers["grpc-status"];
        return text.Count > 0 && short.TryParse(text[0], NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : (short)-1;
    }
}
