namespace Mesh.Sidecar.Resilience;

/// <summary>Envoy's <c>retry_on</c> conditions.</summary>
[Flags]
internal enum RetryOn
{
    None = 0,
    ServerError = 1 << 0,
    GatewayError = 1 << 1,
    ConnectFailure = 1 << 2,
    RefusedStream = 1 << 3,
    Reset = 1 << 4,
    Retriable4xx = 1 << 5,
    RetriableStatusCodes = 1 << 6,
    ResetBeforeRequest = 1 << 7,
    GrpcCancelled = 1 << 9,
    GrpcDeadlineExceeded = 1 << 10,
    GrpcInternal = 1 << 11,
    GrpcResourceExhausted = 1 << 12,
    GrpcUnavailable = 1 << 13,
}

/// <summary>
/// What a failed try was. <see cref="SafeToRepeat"/>: the request cannot have reached the application, so even one that is not idempotent
/// may go again.
/// </summary>
internal readonly record struct TryFailure(bool IsConnectFailure, bool IsRefusedStream, bool IsTimeout)
{
    public bool SafeToRepeat => IsConnectFailure || IsRefusedStream;
}

/// <summary>A route's retry policy. Immutable; decisions are pure.</summary>
internal sealed record RetryPolicyModel
{
    public static readonly TimeSpan DefaultBackOff = TimeSpan.FromMilliseconds(25);

    public RetryOn On { get; init; }
    public int Retries { get; init; } = 1;
    public TimeSpan? PerTryTimeout { get; init; }
    public int[] StatusCodes { get; init; } = [];
    public TimeSpan BaseInterval { get; init; } = DefaultBackOff;
    public TimeSpan MaxInterval { get; init; } = DefaultBackOff * 10;

    /// <summary>The user asked for it: the policy alone decides. Else what may have reached the application goes again only if idempotent.</summary>
    public bool IsExplicit { get; init; }

    /// <summary>Whether a response with this status (and gRPC status, -1 if none) is to be tried again.</summary>
    public bool AppliesTo(string method, int status, int grpcStatus)
    {
        if (!IsExplicit && !IsIdempotent(method)) return false;
        if (status >= 500 && On.HasFlag(RetryOn.ServerError)) return true;
        if (status is 502 or 503 or 504 && On.HasFlag(RetryOn.GatewayError)) return true;
        if (status == 409 && On.HasFlag(RetryOn.Retriable4xx)) return true;
        if (On.HasFlag(RetryOn.RetriableStatusCodes) && Array.IndexOf(StatusCodes, status) >= 0) return true;
        return grpcStatus switch
        {
            1 => On.HasFlag(RetryOn.GrpcCancelled),
            4 => On.HasFlag(RetryOn.GrpcDeadlineExceeded),
            8 => On.HasFlag(RetryOn.GrpcResourceExhausted),
            13 => On.HasFlag(RetryOn.GrpcInternal),
            14 => On.HasFlag(RetryOn.GrpcUnavailable),
            _ => false,
        };
    }

    /// <summary>Whether a try that brought no response is to be repeated. Envoy counts these under 5xx, gateway-error and reset too.</summary>
    public bool AppliesTo(string method, TryFailure failure)
    {
        if (!failure.SafeToRepeat && !IsExplicit && !IsIdempotent(method)) return false;
        const RetryOn any = RetryOn.ServerError | RetryOn.GatewayError | RetryOn.Reset;
        if ((On & any) != 0) return true;
        if (failure.IsConnectFailure) return (On & (RetryOn.ConnectFailure | RetryOn.ResetBeforeRequest)) != 0;
        return failure.IsRefusedStream && (On & (RetryOn.RefusedStream | RetryOn.ResetBeforeRequest)) != 0;
    }

    /// <summary>The wait before retry number <paramref name="retry"/> (from 1): fully jittered exponential, as Envoy's.</summary>
    public TimeSpan BackOff(int retry, double random)
    {
        var ceiling = Math.Min(MaxInterval.TotalMilliseconds, BaseInterval.TotalMilliseconds * ((1L << Math.Min(retry, 30)) - 1));
        return TimeSpan.FromMilliseconds(random * ceiling);
    }

    /// <summary>RFC 9110, 9.2.2.</summary>
    public static bool IsIdempotent(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method)
        || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);
}
