using Mesh.Sidecar.Routing;

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
    RetriableHeaders = 1 << 8,
    GrpcCancelled = 1 << 9,
    GrpcDeadlineExceeded = 1 << 10,
    GrpcInternal = 1 << 11,
    GrpcResourceExhausted = 1 << 12,
    GrpcUnavailable = 1 << 13,
    RateLimited = 1 << 14,
    Http3Failure = 1 << 15,
}

/// <summary>
/// What a failed try was. <see cref="SafeToRepeat"/>: the request cannot have reached the application, so even one that is not idempotent
/// may go again. <see cref="IsUnspent"/>: a connection that was ending did not take it, so that it costs no retry.
/// </summary>
internal readonly record struct TryFailure(bool IsConnectFailure, bool IsRefusedStream, bool IsTimeout, bool IsUnspent = false)
{
    public bool SafeToRepeat => IsConnectFailure || IsRefusedStream;
}

internal enum RetryVerdict
{
    No,
    Yes,

    /// <summary>The conditions hold, but a default policy does not repeat a request that is not idempotent and may have arrived.</summary>
    Withheld,
}

/// <summary>What a response says that retries look at; the gRPC status is -1 if there is none.</summary>
internal readonly record struct ResponseFacts(int Status, int GrpcStatus, IResponseFields? Fields)
{
    public bool Has(string header) => Fields is not null && Fields.TryGet(header, out _);
}

/// <summary>A header by which an upstream says when it can serve again: seconds from now, or Unix time.</summary>
internal sealed record ResetHeaderModel(string Name, bool IsUnixTime);

/// <summary>A route's retry policy. Immutable; decisions are pure.</summary>
internal sealed record RetryPolicyModel
{
    public static readonly TimeSpan DefaultBackOff = TimeSpan.FromMilliseconds(25);

    private const string OverloadedHeader = "x-envoy-overloaded";
    private const string RateLimitedHeader = "x-envoy-ratelimited";

    public RetryOn On { get; init; }
    public int Retries { get; init; } = 1;
    public TimeSpan? PerTryTimeout { get; init; }
    public TimeSpan? PerTryIdleTimeout { get; init; }
    public int[] StatusCodes { get; init; } = [];
    public ResponseHeaderMatch[] Headers { get; init; } = [];

    /// <summary>One of these must hold of the request, if there are any.</summary>
    public HeaderMatch[] RequestHeaders { get; init; } = [];
    public TimeSpan BaseInterval { get; init; } = DefaultBackOff;
    public TimeSpan MaxInterval { get; init; } = DefaultBackOff * 10;
    public ResetHeaderModel[] ResetHeaders { get; init; } = [];

    /// <summary>A time an upstream names beyond this is not waited for.</summary>
    public TimeSpan MaxResetInterval { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>An endpoint that was tried before may be tried again while others are there.</summary>
    public bool MayRepeatHosts { get; init; }

    /// <summary>After as many tries the priorities they went to are kept away from; 0 is never.</summary>
    public int PriorityFrequency { get; init; }

    /// <summary>The user asked for it: the policy alone decides. Else what may have reached the application goes again only if idempotent.</summary>
    public bool IsExplicit { get; init; }

    /// <summary>Whether a response is to be tried again.</summary>
    public RetryVerdict Judge(string method, in ResponseFacts response)
    {
        if (!Wants(response)) return RetryVerdict.No;
        return IsExplicit || IsIdempotent(method) ? RetryVerdict.Yes : RetryVerdict.Withheld;
    }

    /// <summary>Whether a try that brought no response is to be repeated. Envoy counts these under 5xx, gateway-error and reset too.</summary>
    public RetryVerdict Judge(string method, TryFailure failure)
    {
        if (!Wants(failure)) return RetryVerdict.No;
        return failure.SafeToRepeat || IsExplicit || IsIdempotent(method) ? RetryVerdict.Yes : RetryVerdict.Withheld;
    }

    /// <summary>The wait before retry number <paramref name="retry"/> (from 1): fully jittered exponential, as Envoy's.</summary>
    public TimeSpan BackOff(int retry, double random)
    {
        var ceiling = Math.Min(MaxInterval.TotalMilliseconds, BaseInterval.TotalMilliseconds * ((1L << Math.Min(retry, 30)) - 1));
        return TimeSpan.FromMilliseconds(random * ceiling);
    }

    /// <summary>The wait after an upstream said when it serves again: that long, and up to half as long again so that not all come at once.</summary>
    public static TimeSpan ResetBackOff(TimeSpan named, double random) => named * (1 + random / 2);

    /// <summary>RFC 9110, 9.2.2.</summary>
    public static bool IsIdempotent(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method)
        || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);

    private bool Wants(in ResponseFacts response)
    {
        // A proxy further on that says so has enough; more of the same would be the overload.
        if (response.Has(OverloadedHeader)) return false;
        if (response.Has(RateLimitedHeader)) return Has(RetryOn.RateLimited);
        var status = response.Status;
        if (status >= 500 && Has(RetryOn.ServerError)) return true;
        if (status is 502 or 503 or 504 && Has(RetryOn.GatewayError)) return true;
        if (status == 409 && Has(RetryOn.Retriable4xx)) return true;
        if (Has(RetryOn.RetriableStatusCodes) && Array.IndexOf(StatusCodes, status) >= 0) return true;
        if (Has(RetryOn.RetriableHeaders) && response.Fields is { } fields)
            foreach (var header in Headers)
                if (header.IsMatch(fields)) return true;
        return response.GrpcStatus switch
        {
            1 => Has(RetryOn.GrpcCancelled),
            4 => Has(RetryOn.GrpcDeadlineExceeded),
            8 => Has(RetryOn.GrpcResourceExhausted),
            13 => Has(RetryOn.GrpcInternal),
            14 => Has(RetryOn.GrpcUnavailable),
            _ => false,
        };
    }

    private bool Wants(TryFailure failure)
    {
        if (Has(RetryOn.ServerError | RetryOn.GatewayError | RetryOn.Reset)) return true;
        if (failure.IsConnectFailure) return Has(RetryOn.ConnectFailure | RetryOn.ResetBeforeRequest);
        return failure.IsRefusedStream && Has(RetryOn.RefusedStream | RetryOn.ResetBeforeRequest);
    }

    private bool Has(RetryOn any) => (On & any) != 0;
}
