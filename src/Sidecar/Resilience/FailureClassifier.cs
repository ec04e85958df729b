using Yarp.ReverseProxy.Forwarder;

namespace Mesh.Sidecar.Resilience;

/// <summary>How one try ended.</summary>
internal readonly record struct TryResult(bool IsDone, bool RetryWanted, ProxyOutcome Outcome, TryFailure Failure)
{
    public static readonly TryResult Done = new(true, false, ProxyOutcome.Forwarded, default);
    public static readonly TryResult Again = new(false, true, ProxyOutcome.UpstreamReset, default);

    public static TryResult Failed(ProxyOutcome outcome, TryFailure failure = default) => new(false, false, outcome, failure);
}

/// <summary>Says of a failed try whose fault it was and whether the request can have reached the application.</summary>
internal static class FailureClassifier
{
    // RFC 9113, 7. Before a response the former is GOAWAY's, of streams beyond the last that the upstream takes (6.8): a stream is reset with it
    // after a response only (8.1).
    private const long NoError = 0x0;
    private const long RefusedStream = 0x7;

    private static readonly TryResult RefusedByUpstream = TryResult.Failed(ProxyOutcome.UpstreamRemoteReset, new TryFailure(false, IsRefusedStream: true, false));
    private static readonly TryResult NotTaken = TryResult.Failed(ProxyOutcome.UpstreamRemoteReset, new TryFailure(false, IsRefusedStream: true, false, IsUnspent: true));

    public static TryResult Classify(ForwarderError error, Exception? exception, bool gotResponse, bool clientGone, ProxyOutcome? timedOut)
    {
        if (clientGone) return TryResult.Failed(ProxyOutcome.DownstreamDisconnect);
        if (timedOut is { } outcome) return TryResult.Failed(outcome, new TryFailure(false, false, IsTimeout: true));
        if (!gotResponse && IsSentAgain(exception)) return NotTaken;
        switch (error)
        {
            // The client is there and no timer of ours ran out: it was YARP's, which measures silence.
            case ForwarderError.RequestTimedOut or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled or ForwarderError.UpgradeActivityTimeout:
                return TryResult.Failed(ProxyOutcome.StreamIdleTimeout, new TryFailure(false, false, IsTimeout: true));
            case ForwarderError.RequestBodyClient:
            case ForwarderError.UpgradeRequestClient:
            case ForwarderError.UpgradeResponseClient:
                return TryResult.Failed(ProxyOutcome.DownstreamProtocolError);
            case ForwarderError.RequestCanceled or ForwarderError.ResponseBodyClient or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled:
                return TryResult.Failed(ProxyOutcome.DownstreamDisconnect);
            case ForwarderError.RequestCreation:
                // A Host or target that no request can be made of: the client's doing, and nothing was sent.
                return TryResult.Failed(ProxyOutcome.BadRequest);
            case ForwarderError.RequestBodyDestination when gotResponse:
                // The upstream answered in full before it had read all of the request: the answer stands.
                return TryResult.Done;
        }
        if (gotResponse) return TryResult.Failed(ProxyOutcome.UpstreamReset);
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is AggregateException { InnerExceptions: var several })
            {
                foreach (var one in several)
                    if (Known(one) is { } found) return found;
            }
            else if (Known(e) is { } found)
            {
                return found;
            }
        }
        return TryResult.Failed(ProxyOutcome.UpstreamReset);
    }

    // The library sends a request again by itself where the upstream has said that it did not take it (a refused stream, GOAWAY), and finds its
    // body gone: to know that is worth a retry of ours. The first sending of the body is called off then, which the forwarder takes for the client's doing.
    private static bool IsSentAgain(Exception? exception) => exception switch
    {
        null => false,
        InvalidOperationException => true,
        AggregateException several => several.InnerExceptions.Any(IsSentAgain),
        _ => IsSentAgain(exception.InnerException),
    };

    private static TryResult? Known(Exception e) => e switch
    {
        HttpProtocolException { ErrorCode: RefusedStream } => RefusedByUpstream,
        HttpProtocolException { ErrorCode: NoError } => NotTaken,
        HttpProtocolException => TryResult.Failed(ProxyOutcome.UpstreamRemoteReset),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError } =>
            TryResult.Failed(ProxyOutcome.UpstreamConnectFailure, new TryFailure(IsConnectFailure: true, false, false)),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } =>
            TryResult.Failed(ProxyOutcome.UpstreamProtocolError),
        OperationCanceledException => TryResult.Failed(ProxyOutcome.UpstreamLocalReset),
        _ => null,
    };
}
