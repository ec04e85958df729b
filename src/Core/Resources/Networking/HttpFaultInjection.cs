using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Deliberate delays and failures, for tests (Istio's HTTPFaultInjection).</summary>
public sealed record HttpFaultInjection
{
    public HttpFaultDelay? Delay { get; init; }

    public HttpFaultAbort? Abort { get; init; }
}

/// <summary>Delays a share of the requests.</summary>
public sealed record HttpFaultDelay
{
    /// <summary>Deprecated by Istio in favour of <see cref="Percentage"/>.</summary>
    [Range(0, 100)]
    public int Percent { get; init; }

    [OneOf("delay"), Duration(1)]
    public TimeSpan? FixedDelay { get; init; }

    [OneOf("delay")]
    public TimeSpan? ExponentialDelay { get; init; }

    public Percent? Percentage { get; init; }
}

/// <summary>Fails a share of the requests.</summary>
public sealed record HttpFaultAbort
{
    /// <summary>Deprecated by Istio in favour of <see cref="Percentage"/>.</summary>
    [Range(0, 100)]
    public int Percent { get; init; }

    [OneOf("error"), Range(200, 599)]
    public int? HttpStatus { get; init; }

    [OneOf("error")]
    public string? GrpcStatus { get; init; }

    [OneOf("error")]
    public string? Http2Error { get; init; }

    public Percent? Percentage { get; init; }
}
