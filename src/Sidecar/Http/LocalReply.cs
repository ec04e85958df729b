using System.Globalization;
using System.Text;
using Mesh.Sidecar.Resilience;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Http;

/// <summary>Replies that the proxy makes itself, as Envoy words them: plain text, or for gRPC a status in the headers.</summary>
internal static class LocalReply
{
    public static Task WriteAsync(ProxyRequest request, ProxyOutcome outcome)
    {
        request.Outcome = outcome;
        var face = ProxyOutcomes.Face(outcome);
        return WriteAsync(request, face.Status == 0 ? 499 : face.Status, Encoding.UTF8.GetBytes(face.Body), "text/plain");
    }

    public static Task WriteAsync(ProxyRequest request, int status, ReadOnlyMemory<byte> body, string contentType)
    {
        var response = request.Http.Response;
        if (response.HasStarted) return Task.CompletedTask;
        response.Clear();
        if (request.IsGrpc)
        {
            // gRPC over HTTP/2, "Trailers-Only": HTTP 200, the status among the headers.
            response.StatusCode = StatusCodes.Status200OK;
            response.ContentType = "application/grpc";
            response.Headers["grpc-status"] = ProxyOutcomes.GrpcStatus(status).ToString(CultureInfo.InvariantCulture);
            if (body.Length > 0) response.Headers["grpc-message"] = Uri.EscapeDataString(Encoding.UTF8.GetString(body.Span)).Replace("%20", " ");
            return Task.CompletedTask;
        }
        response.StatusCode = status;
        request.ResponseBytes = body.Length;
        response.ContentLength = body.Length;
        if (body.Length == 0 || HttpMethods.IsHead(request.Http.Request.Method)) return Task.CompletedTask;
        response.ContentType = contentType;
        return response.BodyWriter.WriteAsync(body).AsTask();
    }

    /// <summary>Ends an exchange that can no longer be answered.</summary>
    public static void Abort(ProxyRequest request) => request.Http.Features.Get<IHttpRequestLifetimeFeature>()?.Abort();
}
