using System.Globalization;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Cors;
using Mesh.Sidecar.RateLimits;
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

    private const string AttemptCount = "x-envoy-attempt-count";
    private const string ExpectedTimeout = "x-envoy-expected-rq-timeout-ms";

    private RetryPolicyModel? _retry;
    private UpstreamConfigModel _config = null!;
    private PeerMetadata? _metadata;
    private EndpointModel _endpoint = null!;
    private Uri? _uri;
    private string _uriPrefix = "";
    private string _uriTarget = "";
    private long _begun;
    private bool _hasNext;

    /// <summary>The response was one to try again: nothing of it reached the client.</summary>
    public bool RetryWanted { get; private set; }

    /// <summary>Response headers came from the upstream.</summary>
    public bool GotResponse { get; private set; }

    /// <summary>How long the upstream asks to be left alone, where the response to be tried again says so.</summary>
    public TimeSpan? ResetAfter { get; private set; }

    /// <summary>Prepares a try; <paramref name="hasNext"/> says whether the policy allows another one after it.</summary>
    public void Begin(EndpointModel endpoint, UpstreamConfigModel config, RetryPolicyModel? retry, bool hasNext, PeerMetadata? metadata)
    {
        _endpoint = endpoint;
        _config = config;
        _retry = retry;
        _hasNext = hasNext;
        _metadata = metadata;
        RetryWanted = GotResponse = false;
        ResetAfter = null;
        if (config.Balancer == BalancerKind.PeakEwma) _begun = TimeProvider.System.GetTimestamp();
    }

    public void Reset()
    {
        _retry = null;
        _config = null!;
        _metadata = null;
        _endpoint = null!;
        RetryWanted = GotResponse = false;
        ResetAfter = null;
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
        AddOwn(proxyRequest);
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
        ResponseReport.Report(owner.Upstream!, _endpoint.State.Vitals, status, grpcStatus, proxyResponse);
        if (_config.Balancer == BalancerKind.PeakEwma) ResponseReport.Latency(_endpoint.State.Vitals, _begun);
        if (_retry is not null && status != 101 && MayTryAgain(new ResponseFacts(status, grpcStatus, proxyResponse)))
        {
            RetryWanted = true;
            ResetAfter = ResponseReport.ResetAfter(_retry, proxyResponse);
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

    // Decided before anything of the response is given away, so that one which may not be tried again reaches the client as it is.
    private bool MayTryAgain(in ResponseFacts response)
    {
        var upstream = owner.Upstream!;
        var verdict = _retry!.Judge(owner.Http.Request.Method, response);
        if (verdict == RetryVerdict.Withheld) upstream.Counters.Add(UpstreamCounter.RetryWithheld);
        if (verdict != RetryVerdict.Yes) return false;
        if (!_hasNext)
        {
            owner.RetriesExhausted = true;
            upstream.Counters.Add(UpstreamCounter.RetryLimitExceeded);
            return false;
        }
        if (owner.Body is { CanReplay: false })
        {
            upstream.Counters.Add(UpstreamCounter.RetryAbandoned);
            return false;
        }
        return owner.Clock is not { IsOver: true } && Forwarding.TryReserveRetry(owner);
    }

    // What a proxy says of the exchange to those further on; theirs of the same name came from the hop before.
    private void AddOwn(HttpRequestMessage message)
    {
        if (owner.Route is { CountsAttempts: true })
        {
            message.Headers.Remove(AttemptCount);
            message.Headers.TryAddWithoutValidation(AttemptCount, Number(owner.Tries));
        }
        if (owner.Clock?.Expected is not { } expected) return;
        message.Headers.Remove(ExpectedTimeout);
        message.Headers.TryAddWithoutValidation(ExpectedTimeout, ((long)expected.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        if (!owner.IsGrpc || !message.Headers.Remove(GrpcTimeout.Header)) return;
        message.Headers.TryAddWithoutValidation(GrpcTimeout.Header, GrpcTimeout.Format(expected));
    }

    private static string Number(int tries) => tries == 1 ? "1" : tries.ToString(CultureInfo.InvariantCulture);

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
        // The wider level has the last word (Envoy).
        return owner.Route?.HostRewrite ?? owner.Destination?.HostRewrite ?? request.Headers.Host.ToString();
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
        if (owner.Limit is { } limit) LimitReply.Stamp(headers, limit);
        if (owner.SetCookie is { } cookie) headers.Append("Set-Cookie", cookie);
        if (owner.Route is { CountsAttemptsInResponse: true }) headers[AttemptCount] = Number(owner.Tries);
        owner.Chain.Server.Stamp(headers);
        UpstreamTime.Stamp(owner, headers);
        // Counting costs a wrapper; a declared length needs none.
        if (headers.ContentLength is { } length) owner.ResponseBytes = HttpMethods.IsHead(response.HttpContext.Request.Method) ? 0 : length;
        // The answer to an extended CONNECT is a tunnel, which is written to as well.
        else if (status is not (101 or 204 or 304) && !HttpMethods.IsConnect(owner.Http.Request.Method)) upstream.Content = new CountingContent(upstream.Content, owner);
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
