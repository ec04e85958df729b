using System.Globalization;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Mesh.Sidecar.Http;

/// <summary>
/// One try over HTTP/2, as YARP's forwarder sees it: builds the upstream request, has the response judged before any of it is committed, then
/// copies it. Belongs to one <see cref="ProxyRequest"/>, whose <see cref="Attempt"/> decides.
/// </summary>
internal sealed class ForwardAttempt(ProxyRequest owner) : HttpTransformer
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private Uri? _uri;
    private string _uriPrefix = "";
    private string _uriTarget = "";

    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var request = httpContext.Request;
        proxyRequest.RequestUri = UriFor(destinationPrefix);
        foreach (var (name, value) in request.Headers)
        {
            if (HopByHop.IsRequestHeader(name)) continue;
            Add(proxyRequest, name, value);
        }
        CopyTransferHints(request, proxyRequest);
        if (owner.Attempt.Host is { Length: > 0 } host) proxyRequest.Headers.Host = host;
        if (owner.Attempt.Metadata is { } metadata)
        {
            proxyRequest.Headers.TryAddWithoutValidation(PeerMetadata.Header, metadata.OwnHeader);
            proxyRequest.Headers.TryAddWithoutValidation(PeerMetadata.IdHeader, metadata.OwnId);
        }
        return ValueTask.CompletedTask;
    }

    public override ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null) return new ValueTask<bool>(true);
        var status = (int)proxyResponse.StatusCode;
        if (!owner.Attempt.IsAnswer(status, GrpcStatusOf(proxyResponse), new MessageFields(proxyResponse))) return new ValueTask<bool>(false);
        CopyResponse(httpContext.Response, proxyResponse, status);
        return new ValueTask<bool>(true);
    }

    public override ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        if (httpContext.Features[typeof(IHttpResponseTrailersFeature)] is not IHttpResponseTrailersFeature { Trailers: { IsReadOnly: false } outgoing })
            return ValueTask.CompletedTask;
        foreach (var (name, values) in proxyResponse.TrailingHeaders.NonValidated)
            foreach (var value in values) outgoing.Append(name, value);
        return ValueTask.CompletedTask;
    }

    // Over one connection the same target comes again and again: gRPC's methods, probes, polls.
    private Uri UriFor(string prefix)
    {
        if (_uri is not null && ReferenceEquals(_uriPrefix, prefix) && _uriTarget == owner.Target) return _uri;
        (_uriPrefix, _uriTarget) = (prefix, owner.Target);
        return _uri = new Uri(prefix + owner.Target, AsWritten);
    }

    private static void Add(HttpRequestMessage message, string name, Microsoft.Extensions.Primitives.StringValues value)
    {
        if (value.Count == 1)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value[0])) message.Content?.Headers.TryAddWithoutValidation(name, value[0]);
        }
        else if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value))
        {
            message.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
        }
    }

    // TE: trailers is the one TE that gRPC needs and HTTP/2 allows (RFC 9113, 8.2.2).
    private static void CopyTransferHints(HttpRequest request, HttpRequestMessage message)
    {
        var te = request.Headers.TE;
        if (te.Count > 0 && te.ToString().Contains("trailers", StringComparison.OrdinalIgnoreCase))
            message.Headers.TryAddWithoutValidation("TE", "trailers");
    }

    private void CopyResponse(HttpResponse response, HttpResponseMessage upstream, int status)
    {
        response.StatusCode = status;
        var headers = response.Headers;
        Copy(upstream.Headers.NonValidated, headers);
        Copy(upstream.Content.Headers.NonValidated, headers);
        owner.Attempt.Complete(headers);
        // Counting costs a wrapper; a declared length needs none.
        if (headers.ContentLength is { } length) owner.ResponseBytes = HttpMethods.IsHead(response.HttpContext.Request.Method) ? 0 : length;
        // The answer to an extended CONNECT is a tunnel, which is written to as well.
        else if (status is not (101 or 204 or 304) && !HttpMethods.IsConnect(owner.Http.Request.Method)) upstream.Content = new CountingContent(upstream.Content, owner);
    }

    // HTTP/2 has no Connection that could name more of them.
    private static void Copy(System.Net.Http.Headers.HttpHeadersNonValidated from, IHeaderDictionary to)
    {
        foreach (var (name, values) in from)
        {
            if (HopByHop.IsResponseHeader(name) || name.StartsWith(PeerMetadata.Header, StringComparison.OrdinalIgnoreCase)) continue;
            to[name] = values.Count == 1 ? values.ToString() : values.ToArray();
        }
    }

    private static int GrpcStatusOf(HttpResponseMessage response)
    {
        // Trailers-only: the status is among the headers, before any message; a status in real trailers comes too late to repeat.
        return response.Headers.NonValidated.TryGetValues("grpc-status", out var values)
            && int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : -1;
    }

    private sealed class MessageFields(HttpResponseMessage message) : IResponseFields
    {
        public bool TryGet(string name, out string value)
        {
            var found = message.Headers.NonValidated.TryGetValues(name, out var values) || message.Content.Headers.NonValidated.TryGetValues(name, out values);
            value = found ? values.ToString() : "";
            return found;
        }
    }
}
