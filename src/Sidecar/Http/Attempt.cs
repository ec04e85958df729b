using System.Globalization;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Cors;
using Mesh.Sidecar.RateLimits;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Telemetry;

namespace Mesh.Sidecar.Http;

/// <summary>
/// What one try of an exchange decides, whichever HTTP version it goes by: what the request says of us, and of the response, before any of it is
/// committed, whether it is the answer. Belongs to one <see cref="ProxyRequest"/>; set anew by <see cref="Begin"/> for each try.
/// </summary>
internal sealed class Attempt(ProxyRequest owner)
{
    private const string AttemptCount = "x-envoy-attempt-count";
    private const string ExpectedTimeout = "x-envoy-expected-rq-timeout-ms";

    private RetryPolicyModel? _retry;
    private UpstreamConfigModel _config = null!;
    private long _begun;
    private bool _hasNext;

    public EndpointModel Endpoint { get; private set; } = null!;

    /// <summary>What tells the peer's proxy who we are; null where no peer is to know.</summary>
    public PeerMetadata? Metadata { get; private set; }

    /// <summary>The response was one to try again: nothing of it reached the client.</summary>
    public bool RetryWanted { get; private set; }

    /// <summary>Response headers came from the upstream.</summary>
    public bool GotResponse { get; private set; }

    /// <summary>How long the upstream asks to be left alone, where the response to be tried again says so.</summary>
    public TimeSpan? ResetAfter { get; private set; }

    /// <summary>Prepares a try; <paramref name="hasNext"/> says whether the policy allows another one after it.</summary>
    public void Begin(EndpointModel endpoint, UpstreamConfigModel config, RetryPolicyModel? retry, bool hasNext, PeerMetadata? metadata)
    {
        Endpoint = endpoint;
        _config = config;
        _retry = retry;
        _hasNext = hasNext;
        Metadata = metadata;
        RetryWanted = GotResponse = false;
        ResetAfter = null;
        if (config.Balancer == BalancerKind.PeakEwma) _begun = TimeProvider.System.GetTimestamp();
        Stamp(owner.Http.Request.Headers);
    }

    public void Reset()
    {
        _retry = null;
        _config = null!;
        Metadata = null;
        Endpoint = null!;
        RetryWanted = GotResponse = false;
        ResetAfter = null;
    }

    /// <summary>The Host to name; empty where the client named none.</summary>
    public string Host
    {
        get
        {
            if (owner.Route?.AutoHostRewrite == true && Endpoint.Hostname is { Length: > 0 } hostname) return hostname;
            // The wider level has the last word (Envoy).
            return owner.Route?.HostRewrite ?? owner.Destination?.HostRewrite ?? owner.Http.Request.Headers.Host.ToString();
        }
    }

    /// <summary>Reports a response and judges it: true for the answer, false for one to try again, of which nothing may reach the client.</summary>
    public bool IsAnswer(int status, int grpcStatus, IResponseFields fields)
    {
        GotResponse = true;
        ResponseReport.Report(owner.Upstream!, Endpoint.State.Vitals, status, grpcStatus, fields);
        if (_config.Balancer == BalancerKind.PeakEwma) ResponseReport.Latency(Endpoint.State.Vitals, _begun);
        if (_retry is null || status == StatusCodes.Status101SwitchingProtocols || !MayTryAgain(new ResponseFacts(status, grpcStatus, fields))) return true;
        RetryWanted = true;
        ResetAfter = ResponseReport.ResetAfter(_retry, fields);
        return false;
    }

    /// <summary>What the route and we have to say in the headers of an answer.</summary>
    public void Complete(IHeaderDictionary headers)
    {
        var route = owner.Route!;
        if (!route.MostSpecificLast) owner.Destination!.ResponseHeaders.Apply(headers, owner);
        foreach (var mutations in route.ResponseHeaders) mutations.Apply(headers, owner);
        if (route.MostSpecificLast) owner.Destination!.ResponseHeaders.Apply(headers, owner);
        if (owner.CorsOrigin is { } origin) CorsFilter.Stamp(headers, route.Cors!, origin);
        if (owner.Limit is { } limit) LimitReply.Stamp(headers, limit);
        if (owner.SetCookie is { } cookie) headers.Append("Set-Cookie", cookie);
        if (route.CountsAttemptsInResponse) headers[AttemptCount] = Number(owner.Tries);
        owner.Chain.Server.Stamp(headers);
        UpstreamTime.Stamp(owner, headers);
    }

    // What a proxy says of the exchange to those further on; theirs of the same name came from the hop before.
    private void Stamp(IHeaderDictionary headers)
    {
        if (owner.Route is { CountsAttempts: true }) headers[AttemptCount] = Number(owner.Tries);
        if (owner.Clock?.Expected is not { } expected) return;
        headers[ExpectedTimeout] = ((long)expected.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        if (owner.IsGrpc && headers.ContainsKey(GrpcTimeout.Header)) headers[GrpcTimeout.Header] = GrpcTimeout.Format(expected);
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

    private static string Number(int tries) => tries == 1 ? "1" : tries.ToString(CultureInfo.InvariantCulture);
}
