using System.Globalization;
using Mesh.Sidecar.Http;
using Mesh.Sidecar.Resilience;

namespace Mesh.Sidecar.RateLimits;

/// <summary>Tells callers of limits: the answer to a refused request, and headers on responses.</summary>
internal static class LimitReply
{
    /// <summary>gRPC's RESOURCE_EXHAUSTED.</summary>
    private const int ResourceExhausted = 8;

    public static Task WriteAsync(ProxyRequest request, in LimitNotice notice)
    {
        request.Outcome = ProxyOutcome.RateLimited;
        var response = notice.Policy.Response;
        var headers = new List<(string Name, string Value)>(response.Headers.Length + 1);
        if (response.HasRetryAfter) headers.Add(("retry-after", Seconds(notice.Level.UntilAdmitted, notice)));
        headers.AddRange(response.Headers);
        return LocalReply.WriteAsync(request, response.Status, response.Body, "text/plain", ResourceExhausted, headers: headers);
    }

    /// <summary>On the response to a refused request, or to an admitted one whose policy says so, whoever made it.</summary>
    public static void Stamp(IHeaderDictionary headers, in LimitNotice notice)
    {
        var rate = notice.Rule.State.Rate;
        var remaining = notice.Level.Remaining.ToString(CultureInfo.InvariantCulture);
        var limit = rate.Size.ToString(CultureInfo.InvariantCulture);
        var reset = Seconds(notice.Level.UntilFull, notice);
        switch (notice.Policy.Response.LimitHeaders)
        {
            case LimitHeaderKind.XRateLimit:
                headers["x-ratelimit-limit"] = limit;
                headers["x-ratelimit-remaining"] = remaining;
                headers["x-ratelimit-reset"] = reset;
                break;
            case LimitHeaderKind.Draft:
                headers["ratelimit-policy"] = $"\"{notice.Rule.Name}\";q={limit};w={Seconds(rate.Capacity, notice)}";
                headers["ratelimit"] = $"\"{notice.Rule.Name}\";r={remaining};t={reset}";
                break;
        }
    }

    // Whole seconds, rounded up: who comes back then is admitted.
    private static string Seconds(long ticks, in LimitNotice notice)
    {
        var frequency = notice.Rule.State.Frequency;
        return ((ticks + frequency - 1) / frequency).ToString(CultureInfo.InvariantCulture);
    }
}
