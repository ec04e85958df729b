using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Faults;

/// <summary>What Envoy's fault filter does to requests of a route (or of a whole listener). Immutable.</summary>
internal sealed record FaultModel
{
    public FaultDelay? Delay { get; init; }
    public FaultAbort? Abort { get; init; }

    /// <summary>Only requests that match all of these.</summary>
    public HeaderMatch[] Headers { get; init; } = [];

    /// <summary>Only requests whose <c>x-envoy-downstream-service-node</c> is one of these; empty: all.</summary>
    public string[] DownstreamNodes { get; init; } = [];

    /// <summary>While so many requests of this proxy suffer a fault, others suffer none.</summary>
    public int MaxActive { get; init; } = int.MaxValue;
}

/// <summary>A share in parts of <see cref="Scale"/>, 100, 10,000 or 1,000,000: the unit matters where a request header lowers the share.</summary>
internal readonly record struct FaultShare(uint Parts, uint Scale)
{
    public bool Draw() => Parts >= Scale || Random.Shared.Next((int)Scale) < Parts;
}

/// <summary><see cref="Fixed"/> null: as the request's <c>x-envoy-fault-delay-request</c> says, in milliseconds.</summary>
internal sealed record FaultDelay(TimeSpan? Fixed, FaultShare Share);

/// <summary>An HTTP status, a gRPC status, or as the request's <c>x-envoy-fault-abort-request</c> or <c>-grpc-request</c> says.</summary>
internal sealed record FaultAbort(int? HttpStatus, int? GrpcStatus, FaultShare Share)
{
    public bool IsByHeader => HttpStatus is null && GrpcStatus is null;
}
