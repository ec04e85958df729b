using Mesh.Sidecar.Authentication;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Listeners;
using Mesh.Sidecar.Mirroring;
using Mesh.Sidecar.RateLimits;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Routing;
using Mesh.Sidecar.Telemetry;
using Mesh.Sidecar.Upstreams.Http1;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Http;

/// <summary>
/// One exchange's state, reused for the next exchange of the same HTTP/1.1 connection or HTTP/2 stream slot: used by one request at a
/// time, on whatever thread it runs.
/// </summary>
internal sealed class ProxyRequest
{
    private TriedEndpoints _tried;

    public ProxyRequest(IFeatureCollection features)
    {
        Http = new DefaultHttpContext(features);
        Attempt = new Attempt(this);
        Start(features);
    }

    public DefaultHttpContext Http { get; }
    public DownstreamConnection Connection { get; private set; } = null!;
    public Attempt Attempt { get; }

    /// <summary>The try over HTTP/1.1, or over HTTP/2, of whichever there has been one.</summary>
    public Http1Exchange Http1 => field ??= new Http1Exchange(this);
    public ForwardAttempt Http2 => field ??= new ForwardAttempt(this);
    public HttpChainModel Chain { get; private set; } = null!;
    public long StartedAt { get; set; }

    /// <summary>The request target in origin form, as it goes upstream unless rewritten.</summary>
    public string Target { get; set; } = "/";
    public RouteModel? Route { get; set; }
    public RouteTarget? Destination { get; set; }
    public EndpointModel? Endpoint { get; set; }
    public PeerIdentity Peer { get; set; } = PeerIdentity.Unknown;
    public ProxyOutcome Outcome { get; set; }

    /// <summary>Envoy's URX beside the outcome: the tries were used up.</summary>
    public bool RetriesExhausted { get; set; }
    public bool IsGrpc { get; set; }

    /// <summary>The try ended before the client had sent all of it.</summary>
    public bool IsUnfinished { get; set; }

    /// <summary>Its body has turned out to be longer than the listener takes.</summary>
    public bool IsTooLarge { get; set; }

    /// <summary>What comes after it on an HTTP/1 connection means nothing certain.</summary>
    public bool EndsConnection { get; set; }

    /// <summary>It suffers an injected fault and counts among those that do, until it ends.</summary>
    public bool HasFault { get; set; }

    /// <summary>Envoy's DI beside the outcome.</summary>
    public bool IsDelayed { get; set; }

    /// <summary>The allowed origin whose page asked; null unless the route has a CORS policy.</summary>
    public string? CorsOrigin { get; set; }

    /// <summary>The token it carried, verified; null without one.</summary>
    public VerifiedToken? Token { get; set; }

    /// <summary>What its response is to say of a limit.</summary>
    public LimitNotice? Limit { get; set; }

    /// <summary>Copies on their way.</summary>
    public Mirror[]? Mirrors { get; set; }
    public int Tries { get; set; }

    /// <summary>Of the tries, those that the retry policy does not count.</summary>
    public int UnspentTries { get; set; }
    public ReplayBody? Body { get; set; }

    /// <summary>Where it goes: the destination's, or what was found for a host that the mesh does not know. Null before that is decided.</summary>
    public UpstreamState? Upstream { get; set; }

    /// <summary>The upstream's settings and the retry policy as they are for this exchange to its end.</summary>
    public UpstreamConfigModel? Config { get; set; }
    public RetryPolicyModel? Retry { get; set; }

    /// <summary>The exchange's timers; null when it has none.</summary>
    public ExchangeClock? Clock { get; set; }

    /// <summary>What consistent hashing goes by; null when the route asks for none, or found nothing to hash.</summary>
    public ulong? Hash { get; set; }

    /// <summary>A cookie made for the hash, to be set with the response.</summary>
    public string? SetCookie { get; set; }

    /// <summary>Priorities tried, and those that retries keep away from, as bit masks.</summary>
    public ulong TriedPriorities { get; set; }
    public ulong AvoidedPriorities { get; set; }

    /// <summary>The exchange has a place among its upstream's concurrent retries.</summary>
    public bool HoldsRetry { get; set; }
    public long ResponseBytes { get; set; }

    /// <summary>The caller is of the mesh: our own application, or a peer that proved it.</summary>
    public bool IsTrusted => !Chain.IsEdge && (!IsInbound || Connection.PeerPrincipal is not null);

    public bool IsInbound => Connection.Chain.Listener.IsInbound;

    public ref TriedEndpoints Tried => ref _tried;

    public void Start(IFeatureCollection features)
    {
        // Kestrel keeps this object with the connection, or with a stream slot of it. By type object: a generic virtual call costs native code
        // a look-up.
        Connection ??= features[typeof(DownstreamConnection)] as DownstreamConnection ?? throw new InvalidOperationException("a request from outside the L4 front");
        Chain = Connection.Chain.Http ?? throw new InvalidOperationException("a request on a TCP chain");
    }

    public void Reset()
    {
        Target = "/";
        Route = null;
        Destination = null;
        Endpoint = null;
        Peer = PeerIdentity.Unknown;
        Outcome = ProxyOutcome.Forwarded;
        RetriesExhausted = false;
        IsGrpc = IsTooLarge = IsUnfinished = false;
        EndsConnection = false;
        HasFault = IsDelayed = false;
        CorsOrigin = null;
        Token = null;
        Limit = null;
        Mirrors = null;
        Tries = UnspentTries = 0;
        Body = null;
        Clock = null;
        Upstream = null;
        Config = null;
        Retry = null;
        Hash = null;
        SetCookie = null;
        TriedPriorities = AvoidedPriorities = 0;
        HoldsRetry = false;
        ResponseBytes = 0;
        _tried.Clear();
        Attempt.Reset();
    }
}
