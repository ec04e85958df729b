using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Deliberate delays and failures, for tests (Istio's HTTPFaultInjection). With both, a request is delayed first.</summary>
public sealed record HttpFaultInjection
{
    /// <summary>Delays before requests are forwarded.</summary>
    public HttpFaultDelay? Delay { get; init; }

    /// <summary>Answers instead of forwarding.</summary>
    public HttpFaultAbort? Abort { get; init; }
}

/// <summary>Delays a share of the requests.</summary>
public sealed record HttpFaultDelay
{
    /// <summary>Deprecated by Istio in favour of <see cref="Percentage"/>: the share of requests in whole percent.</summary>
    [Range(0, 100)]
    public int Percent { get; init; }

    /// <summary>How long a request waits; at least 1 ms.</summary>
    [OneOf("delay"), Duration(1)]
    public TimeSpan? FixedDelay { get; init; }

    /// <summary>A random delay with this mean; Istio has never supported it and refuses it.</summary>
    [OneOf("delay"), Duration(1)]
    [NotEnforced(Stance.Refuse, "Istio does not support it either; use fixedDelay.")]
    public TimeSpan? ExponentialDelay { get; init; }

    /// <summary>The share of requests that are delayed; null: as <see cref="Percent"/>, so none by default.</summary>
    public Percent? Percentage { get; init; }
}

/// <summary>Fails a share of the requests.</summary>
public sealed record HttpFaultAbort
{
    /// <summary>Deprecated by Istio in favour of <see cref="Percentage"/>: the share of requests in whole percent.</summary>
    [Range(0, 100)]
    public int Percent { get; init; }

    /// <summary>The status of the answer, from 200 to 599.</summary>
    [OneOf("error"), Range(200, 599)]
    public int? HttpStatus { get; init; }

    /// <summary>The gRPC status of the answer by name, for example <c>UNAVAILABLE</c>.</summary>
    [OneOf("error")]
    public string? GrpcStatus { get; init; }

    /// <summary>An HTTP/2 error code; Istio has never supported it and refuses it.</summary>
    [OneOf("error")]
    [NotEnforced(Stance.Refuse, "Istio does not support it either; use httpStatus or grpcStatus.")]
    public string? Http2Error { get; init; }

    /// <summary>The share of requests that fail; null: as <see cref="Percent"/>, so none by default.</summary>
    public Percent? Percentage { get; init; }
}
