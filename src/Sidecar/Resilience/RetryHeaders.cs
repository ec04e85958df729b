using System.Globalization;
using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Resilience;

/// <summary>
/// Envoy's request headers that ask for retries. They are the mesh's own language: believed from the application behind an outbound listener
/// and from peers that proved to be of the mesh, and taken away from everybody else's requests before routing.
/// </summary>
internal static class RetryHeaders
{
    public const string MaxRetries = "x-envoy-max-retries";
    public const string On = "x-envoy-retry-on";
    public const string GrpcOn = "x-envoy-retry-grpc-on";
    public const string StatusCodes = "x-envoy-retriable-status-codes";
    public const string HeaderNames = "x-envoy-retriable-header-names";
    public const string Timeout = "x-envoy-upstream-rq-timeout-ms";
    /// <summary>A timeout is to be answered with 204 in place of 504; only its presence counts.</summary>
    public const string AlternativeResponse = "x-envoy-upstream-rq-timeout-alt-response";
    public const string PerTryTimeout = "x-envoy-upstream-rq-per-try-timeout-ms";

    /// <summary>
    /// All of them: none goes further than the proxy that acts on it. The last two ask for statistics under another name and for hedging, which are
    /// not done; Envoy's router takes them away, too.
    /// </summary>
    public static readonly string[] All =
        [MaxRetries, On, GrpcOn, StatusCodes, HeaderNames, Timeout, PerTryTimeout, AlternativeResponse, "x-envoy-upstream-alt-stat-name", "x-envoy-hedge-on-per-try-timeout"];

    /// <summary>
    /// The policy with what the request's headers add: conditions join the route's, the number replaces the route's. The same object where
    /// there are none, which is the rule.
    /// </summary>
    public static RetryPolicyModel? Merge(RetryPolicyModel? route, IHeaderDictionary headers)
    {
        var hasOn = headers.TryGetValue(On, out var on);
        var hasGrpcOn = headers.TryGetValue(GrpcOn, out var grpcOn);
        var hasRetries = headers.TryGetValue(MaxRetries, out var retries);
        if (!hasOn && !hasGrpcOn && !(hasRetries && route is not null)) return route;
        // Envoy: conditions it does not know are left out, as an unknown number is.
        RetryConditions.TryParse($"{on},{grpcOn}", out var conditions, out var codes, out _);
        var isOwn = conditions != RetryOn.None;
        var policy = (route ?? new RetryPolicyModel()) with { IsExplicit = isOwn || route is { IsExplicit: true } };
        policy = policy with { On = policy.On | conditions, StatusCodes = [.. policy.StatusCodes, .. codes, .. Codes(headers)], Headers = [.. policy.Headers, .. Names(headers)] };
        if (hasRetries && int.TryParse(retries.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) policy = policy with { Retries = number };
        return policy.On == RetryOn.None || policy.Retries == 0 ? null : policy;
    }

    public static TimeSpan? Milliseconds(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out var value) && long.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? TimeSpan.FromMilliseconds(Math.Min(number, int.MaxValue)) : null;

    private static IEnumerable<int> Codes(IHeaderDictionary headers)
    {
        foreach (var word in headers[StatusCodes].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var code)) yield return code;
    }

    private static IEnumerable<ResponseHeaderMatch> Names(IHeaderDictionary headers) =>
        headers[HeaderNames].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(name => new ResponseHeaderMatch(name, null, Inverted: false));
}
