using System.Globalization;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Cors;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Mesh.Sidecar.Http;

/// <summary>
/// One try of an exchange, as YARP's forwarder sees it: builds the upstream request, judges the response before any of it is committed,
/// then copies it. Belongs to one <see cref="ProxyRequest"/>; set anew by <see cref="Begin"/> for each try.
/// </summary>
internal sealed class ForwardAttempt(ProxyRequest owner) : HttpTransformer
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private RetryPolicyModel? _retry;
    private PeerMetadata? _metadata;
    private EndpointModel _endpoint = null!;
    private Uri? _uri;
    private string _uriPrefix = "";
    private string _uriTarget = "";

    /// <summary>The response was one to try again: nothing of it reached the client.</summary>
    public bool RetryWanted { get; private set; }

    /// <summary>Response headers came from the upstream.</summary>
    public bool GotResponse { get; private set; }

    /// <summary>Prepares a try. <paramref name="retry"/> is null when no further try is left.</summary>
    public void Begin(EndpointModel endpoint, RetryPolicyModel? retry, PeerMetadata? metadata)
    {
        _endpoint = endpoint;
        _retry = retry;
        _metadata = metadata;
        RetryWanted = GotResponse = false;
    }

    public void Reset()
    {
        _retry = null;
        _metadata = null;
        _endpoint = null!;
        RetryWanted = GotResponse = false;
    }

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
        var host = HostFor(request);
        if (!string.IsNullOrEmpty(host)) proxyRequest.Headers.Host = host;
        if (_metadata is not null)
        {
            proxyRequest.Headers.TryAddWithoutValidation(PeerMetadata.Header, _metadata.OwnHeader);
            proxyRequest.Headers.TryAddWithoutValidation(PeerMetadata.IdHeader, _metadata.OwnId);
        }
        return ValueTask.CompletedTask;
    }

    public override ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null) return new ValueTask<bool>(true);
        GotResponse = true;
        var status = (int)proxyResponse.StatusCode;
        var grpcStatus = GrpcStatusOf(proxyResponse);
        ResponseReport.Report(owner.Destination!.Upstream, _endpoint.State.Vitals, status, grpcStatus, proxyResponse);
        if (_retry is not null && status != 101 && (owner.Body is null || owner.Body.CanReplay)
            && _retry.AppliesTo(httpContext.Request.Method, status, grpcStatus))
        {
            RetryWanted = true;
            return new ValueTask<bool>(false);
        }
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

    private string? HostFor(HttpRequest request)
    {
        if (owner.Route?.AutoHostRewrite == true && _endpoint.Hostname is { Length: > 0 } hostname) return hostname;
        return owner.Destination?.HostRewrite ?? owner.Route?.HostRewrite ?? request.Headers.Host.ToString();
    }

    private void CopyResponse(HttpResponse response, HttpResponseMessage upstream, int status)
    {
        response.StatusCode = status;
        if (upstream.ReasonPhrase is { Length: > 0 } phrase && owner.Http.Features[typeof(IHttpResponseFeature)] is IHttpResponseFeature reason)
            reason.ReasonPhrase = phrase;
        var headers = response.Headers;
        var nominated = upstream.Headers.NonValidated.TryGetValues("Connection", out var connection) ? HopByHop.Nominated(connection) : null;
        Copy(upstream.Headers.NonValidated, headers, status, nominated);
        Copy(upstream.Content.Headers.NonValidated, headers, status, nominated);
        MutateResponse(headers);
        if (owner.CorsOrigin is { } origin) CorsFilter.Stamp(headers, owner.Route!.Cors!, origin);
        // Counting costs a wrapper; a declared length needs none.
        if (headers.ContentLength is { } length) owner.ResponseBytes = HttpMethods.IsHead(response.HttpContext.Request.Method) ? 0 : length;
        else if (status is not (101 or 204 or 304)) upstream.Content = new CountingContent(upstream.Content, owner);
    }

    private void MutateResponse(IHeaderDictionary headers)
    {
        var route = owner.Route!;
        if (!route.MostSpecificLast) owner.Destination!.ResponseHeaders.Apply(headers, owner);
        foreach (var mutations in route.ResponseHeaders) mutations.Apply(headers, owner);
        if (route.MostSpecificLast) owner.Destination!.ResponseHeaders.Apply(headers, owner);
    }

    private static void Copy(System.Net.Http.Headers.HttpHeadersNonValidated from, IHeaderDictionary to, int status, List<string>? nominated)
    {
        foreach (var (name, values) in from)
        {
            if (HopByHop.IsResponseHeader(name) && !(status == 101 && HopByHop.IsUpgradeHeader(name))) continue;
            if (nominated?.Contains(name, StringComparer.OrdinalIgnoreCase) == true) continue;
            if (name.StartsWith(PeerMetadata.Header, StringComparison.OrdinalIgnoreCase)) continue;
            to[name] = values.Count == 1 ? values.ToString() : values.ToArray();
        }
    }

    private static int GrpcStatusOf(HttpResponseMessage response)
    {
        // Trailers-only: the status is among the headers, before any message; a status in real trailers comes too late to repeat.
        return response.Headers.NonValidated.TryGetValues("grpc-status", out var values)
            && int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : -1;
    }
}
