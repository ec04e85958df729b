using Mesh.Sidecar.Authentication;
using Mesh.Sidecar.Cors;
using Mesh.Sidecar.Faults;
using Mesh.Sidecar.Mirroring;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Telemetry;

namespace Mesh.Sidecar.Routing;

/// <summary>What a <see cref="RouteModel"/> is beside its name, path and targets. Immutable; equal ones are kept once.</summary>
internal sealed record RouteSettings
{
    public static readonly RouteSettings Default = new();

    public HeaderMatch[] Headers { get; init; } = [];
    public QueryMatch[] Query { get; init; } = [];
    public bool GrpcOnly { get; init; }
    public FractionMatch? Fraction { get; init; }
    public RedirectModel? Redirect { get; init; }
    public DirectResponseModel? DirectResponse { get; init; }
    public HeaderMutations[] RequestHeaders { get; init; } = [];
    public HeaderMutations[] ResponseHeaders { get; init; } = [];
    public PathRewrite? Rewrite { get; init; }
    public string? HostRewrite { get; init; }
    public bool AutoHostRewrite { get; init; }

    /// <summary>Levels of headers go from the route configuration to the target, the last word being the target's; else the other way (Envoy's default).</summary>
    public bool MostSpecificLast { get; init; }
    public FaultModel? Fault { get; init; }

    /// <summary>Counters of its own; null unless it asks for them.</summary>
    public RouteSeries? Statistics { get; init; }
    public CorsModel? Cors { get; init; }
    public MirrorModel[]? Mirrors { get; init; }

    /// <summary>From the request's last byte to the response's; null is none.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>For gRPC, in place of <see cref="Timeout"/>: the caller's own deadline, this at most; zero is no bound. Null: not so.</summary>
    public TimeSpan? MaxGrpcTimeout { get; init; }

    /// <summary>Taken off the caller's deadline, so that the answer is there before it.</summary>
    public TimeSpan GrpcTimeoutOffset { get; init; }

    /// <summary>How long a stream may be silent; null: as its listener says.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Of a stream from its first byte.</summary>
    public TimeSpan? MaxStreamDuration { get; init; }

    /// <summary>For gRPC calls with a deadline, in place of <see cref="MaxStreamDuration"/>: that deadline, this at most; zero is no bound.</summary>
    public TimeSpan? MaxGrpcStreamDuration { get; init; }
    public TimeSpan GrpcStreamOffset { get; init; }

    /// <summary>Bytes of a request's body that are kept for another try.</summary>
    public int BufferLimit { get; init; } = ReplayBody.DefaultLimit;
    public HashPolicy[] HashPolicies { get; init; } = [];

    /// <summary>Each try is numbered for the upstream, and in the response for the client.</summary>
    public bool CountsAttempts { get; init; }
    public bool CountsAttemptsInResponse { get; init; }
    public RetryPolicyModel? Retry { get; init; }

    /// <summary>Claims of the verified token, never of a header.</summary>
    public ClaimMatch[] Claims { get; init; } = [];
}
