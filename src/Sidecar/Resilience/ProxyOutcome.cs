namespace Mesh.Sidecar.Resilience;

/// <summary>How an exchange ended: stage and blame. <see cref="ProxyOutcomes"/> says what of it is visible.</summary>
internal enum ProxyOutcome
{
    /// <summary>The response came from the upstream, whatever its status.</summary>
    Forwarded,
    DirectResponse,
    Redirected,
    BadRequest,

    /// <summary>A transfer coding other than chunked.</summary>
    CodingNotSupported,

    /// <summary>HTTP/1.0 where it is not accepted.</summary>
    VersionRefused,

    /// <summary>An offer to change to a protocol that is not for clients here.</summary>
    UpgradeRefused,

    /// <summary>Its body, or for gRPC one of its messages, is longer than the listener takes.</summary>
    RequestTooLarge,
    RouteNotFound,
    UpstreamNotFound,
    NoHealthyUpstream,
    UpstreamOverflow,
    UpstreamConnectFailure,
    UpstreamReset,
    UpstreamRemoteReset,
    UpstreamProtocolError,
    UpstreamTimeout,
    UpstreamLocalReset,

    /// <summary>Nothing moved for too long.</summary>
    StreamIdleTimeout,
    StreamDurationExceeded,
    RetriesExhausted,
    FaultInjected,

    /// <summary>Its token is not good.</summary>
    Unauthenticated,

    /// <summary>Beyond a limit.</summary>
    RateLimited,

    /// <summary>The host is none of the mesh's, and others are not allowed.</summary>
    HostNotAllowed,

    /// <summary>The host is none of the mesh's and does not resolve.</summary>
    HostNotResolved,

    /// <summary>The host is none of the mesh's and leads back to this proxy.</summary>
    HostLoops,
    DownstreamDisconnect,
    DownstreamProtocolError,
    InternalError,
}

/// <summary>An outcome's face outside: status, Envoy's response flag, and the body of the reply the proxy makes itself.</summary>
internal sealed record OutcomeFace(int Status, string Flag, string Body, bool EndsConnection = false);

/// <summary>The one place where outcomes become status codes, response flags and metric labels (STYLE rule 32; Envoy's local replies).</summary>
internal static class ProxyOutcomes
{
    private const string ConnectError = "upstream connect error or disconnect/reset before headers. reset reason: ";

    private static readonly OutcomeFace[] Faces = Build();

    public static OutcomeFace Face(ProxyOutcome outcome) => Faces[(int)outcome];

    private static OutcomeFace[] Build()
    {
        var faces = new OutcomeFace[Enum.GetValues<ProxyOutcome>().Length];
        foreach (var outcome in Enum.GetValues<ProxyOutcome>()) faces[(int)outcome] = Map(outcome);
        return faces;
    }

    private static OutcomeFace Map(ProxyOutcome outcome) => outcome switch
    {
        ProxyOutcome.Forwarded => new(200, "-", ""),
        ProxyOutcome.DirectResponse => new(200, "-", ""),
        ProxyOutcome.Redirected => new(301, "-", ""),
        ProxyOutcome.BadRequest => new(400, "DPE", "", EndsConnection: true),
        ProxyOutcome.CodingNotSupported => new(501, "DPE", "", EndsConnection: true),
        ProxyOutcome.VersionRefused => new(426, "-", "", EndsConnection: true),
        // What follows may be meant for whoever accepted the offer (Envoy, too, ends the connection).
        ProxyOutcome.UpgradeRefused => new(403, "-", "", EndsConnection: true),
        ProxyOutcome.RequestTooLarge => new(413, "-", "Payload Too Large", EndsConnection: true),
        ProxyOutcome.RouteNotFound => new(404, "NR", ""),
        ProxyOutcome.UpstreamNotFound => new(503, "NC", ""),
        ProxyOutcome.NoHealthyUpstream => new(503, "UH", "no healthy upstream"),
        ProxyOutcome.UpstreamOverflow => new(503, "UO", ConnectError + "overflow"),
        ProxyOutcome.UpstreamConnectFailure => new(503, "UF", ConnectError + "connection failure"),
        ProxyOutcome.UpstreamReset => new(503, "UC", ConnectError + "connection termination"),
        ProxyOutcome.UpstreamRemoteReset => new(503, "UR", ConnectError + "remote reset"),
        ProxyOutcome.UpstreamProtocolError => new(502, "UPE", ConnectError + "protocol error"),
        ProxyOutcome.UpstreamTimeout => new(504, "UT", "upstream request timeout"),
        ProxyOutcome.UpstreamLocalReset => new(503, "LR", ConnectError + "local reset"),
        ProxyOutcome.StreamIdleTimeout => new(504, "SI", "stream timeout"),
        ProxyOutcome.StreamDurationExceeded => new(504, "UMSDR", "upstream max stream duration reached"),
        ProxyOutcome.RetriesExhausted => new(503, "URX", ""),
        ProxyOutcome.FaultInjected => new(503, "FI", "fault filter abort"),
        ProxyOutcome.Unauthenticated => new(401, "-", "Jwt verification fails"),
        ProxyOutcome.RateLimited => new(429, "RL", "local_rate_limited"),
        ProxyOutcome.HostNotAllowed => new(502, "NR", ""),
        ProxyOutcome.HostNotResolved => new(503, "DF", "dns_resolution_failure"),
        ProxyOutcome.HostLoops => new(508, "NR", "the host leads back to the proxy"),
        // Envoy counts a request whose client went away before the response with code 0.
        ProxyOutcome.DownstreamDisconnect => new(0, "DC", ""),
        ProxyOutcome.DownstreamProtocolError => new(400, "DPE", ""),
        ProxyOutcome.InternalError => new(500, "-", ""),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "an outcome without a face"),
    };

    /// <summary>gRPC's status for a reply of the proxy itself (gRPC's http-grpc-status-mapping).</summary>
    public static int GrpcStatus(int httpStatus) => httpStatus switch
    {
        200 => 0,
        400 => 13,
        401 => 16,
        403 => 7,
        404 => 12,
        429 or 502 or 503 or 504 => 14,
        _ => 2,
    };
}
