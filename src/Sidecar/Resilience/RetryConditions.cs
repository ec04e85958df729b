using System.Globalization;

namespace Mesh.Sidecar.Resilience;

/// <summary>Reads Envoy's comma-separated <c>retry_on</c>; Istio also writes status codes into it.</summary>
internal static class RetryConditions
{
    /// <summary>False for a condition that is not known, named by <paramref name="unknown"/>; the others are read nevertheless.</summary>
    public static bool TryParse(string text, out RetryOn on, out int[] statusCodes, out string unknown)
    {
        on = RetryOn.None;
        unknown = "";
        var codes = new List<int>();
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var condition = Condition(word);
            if (condition == RetryOn.None && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            {
                condition = RetryOn.RetriableStatusCodes;
                codes.Add(code);
            }
            if (condition == RetryOn.None) unknown = word;
            on |= condition;
        }
        statusCodes = [.. codes];
        return unknown.Length == 0;
    }

    private static RetryOn Condition(string word) => word switch
    {
        "5xx" => RetryOn.ServerError,
        "gateway-error" => RetryOn.GatewayError,
        "connect-failure" => RetryOn.ConnectFailure,
        "refused-stream" => RetryOn.RefusedStream,
        "reset" => RetryOn.Reset,
        "reset-before-request" => RetryOn.ResetBeforeRequest,
        "retriable-4xx" => RetryOn.Retriable4xx,
        "retriable-status-codes" => RetryOn.RetriableStatusCodes,
        "retriable-headers" => RetryOn.RetriableHeaders,
        "envoy-ratelimited" => RetryOn.RateLimited,
        // Only HTTP/3 upstreams can fail so, and there are none.
        "http3-post-connect-failure" => RetryOn.Http3Failure,
        "cancelled" => RetryOn.GrpcCancelled,
        "deadline-exceeded" => RetryOn.GrpcDeadlineExceeded,
        "internal" => RetryOn.GrpcInternal,
        "resource-exhausted" => RetryOn.GrpcResourceExhausted,
        "unavailable" => RetryOn.GrpcUnavailable,
        _ => RetryOn.None,
    };
}
