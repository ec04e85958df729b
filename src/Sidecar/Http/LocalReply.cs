using System.Globalization;
using System.Text;
using Mesh.Sidecar.Cors;
using Mesh.Sidecar.RateLimits;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Routing;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Http;

/// <summary>Replies that the proxy makes itself, as Envoy words them: plain text, or for gRPC a status in the headers.</summary>
internal static class LocalReply
{
    public static Task WriteAsync(ProxyRequest request, ProxyOutcome outcome)
    {
        request.Outcome = outcome;
        var face = ProxyOutcomes.Face(outcome);
        request.EndsConnection |= face.EndsConnection;
        var status = StatusOf(request, outcome, face);
        return WriteAsync(request, status, status == StatusCodes.Status204NoContent ? default : Encoding.UTF8.GetBytes(face.Body), "text/plain",
            grpcStatus: outcome == ProxyOutcome.RequestTooLarge ? GrpcStatuses.ResourceExhausted : null, isOverload: outcome == ProxyOutcome.UpstreamOverflow);
    }

    /// <param name="request">The exchange.</param>
    /// <param name="status">The HTTP status, from which a gRPC client's is derived.</param>
    /// <param name="body">A text; for gRPC the message.</param>
    /// <param name="contentType">The body's type.</param>
    /// <param name="grpcStatus">What a gRPC client gets in place of the derived one.</param>
    /// <param name="mutations">Changes to the reply's headers.</param>
    /// <param name="headers">Further headers of the reply; of a gRPC client's all but the content type.</param>
    /// <param name="isOverload">A limit was met: proxies before this one are told not to try again.</param>
    public static Task WriteAsync(ProxyRequest request, int status, ReadOnlyMemory<byte> body, string contentType, int? grpcStatus = null,
        HeaderMutations[]? mutations = null, bool isOverload = false, IReadOnlyList<(string Name, string Value)>? headers = null)
    {
        var response = request.Http.Response;
        if (response.HasStarted) return Task.CompletedTask;
        response.Clear();
        if (!request.Connection.IsHttp2 && (request.EndsConnection || request.Connection.IsDraining)) response.Headers.Connection = "close";
        request.Chain.Server.Stamp(response.Headers);
        if (request.CorsOrigin is { } origin) CorsFilter.Stamp(response.Headers, request.Route!.Cors!, origin);
        if (request.Limit is { } limit) LimitReply.Stamp(response.Headers, limit);
        if (isOverload) response.Headers["x-envoy-overloaded"] = "true";
        if (request.IsGrpc)
        {
            // gRPC over HTTP/2, "Trailers-Only": HTTP 200, the status among the headers.
            response.StatusCode = StatusCodes.Status200OK;
            response.ContentType = "application/grpc";
            response.Headers["grpc-status"] = (grpcStatus ?? ProxyOutcomes.GrpcStatus(status)).ToString(CultureInfo.InvariantCulture);
            Add(response, headers, isGrpc: true);
            foreach (var level in mutations ?? []) level.Apply(response.Headers, request);
            if (body.Length > 0) response.Headers["grpc-message"] = GrpcMessage.Encode(body.Span);
            return Task.CompletedTask;
        }
        response.StatusCode = status;
        if (body.Length > 0) response.ContentType = contentType;
        Add(response, headers, isGrpc: false);
        foreach (var level in mutations ?? []) level.Apply(response.Headers, request);
        // RFC 9110, 15.3.5 and 15.4.5: these end with their headers.
        if (status is 204 or 304) return Task.CompletedTask;
        request.ResponseBytes = body.Length;
        response.ContentLength = body.Length;
        if (body.Length == 0 || HttpMethods.IsHead(request.Http.Request.Method)) return Task.CompletedTask;
        return response.BodyWriter.WriteAsync(body).AsTask();
    }

    private static int StatusOf(ProxyRequest request, ProxyOutcome outcome, OutcomeFace face) => outcome switch
    {
        // Who has not sent all of it is told to hurry; else it is the upstream that was late (Envoy).
        ProxyOutcome.StreamIdleTimeout or ProxyOutcome.StreamDurationExceeded when request.IsUnfinished || request.Body is { HasEnded: false } => StatusCodes.Status408RequestTimeout,
        ProxyOutcome.UpstreamTimeout when request.IsTrusted && request.Http.Request.Headers.ContainsKey(RetryHeaders.AlternativeResponse) => StatusCodes.Status204NoContent,
        _ => face.Status == 0 ? StatusCodes.Status499ClientClosedRequest : face.Status,
    };

    private static void Add(HttpResponse response, IReadOnlyList<(string Name, string Value)>? headers, bool isGrpc)
    {
        foreach (var (name, value) in headers ?? [])
            if (!isGrpc || !name.Equals("content-type", StringComparison.OrdinalIgnoreCase)) response.Headers[name] = value;
    }

    /// <summary>Ends an exchange that can no longer be answered.</summary>
    public static void Abort(ProxyRequest request) => request.Http.Features.Get<IHttpRequestLifetimeFeature>()?.Abort();
}
