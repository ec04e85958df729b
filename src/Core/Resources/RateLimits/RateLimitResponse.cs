using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.RateLimits;

/// <summary>The answer to a refused request. A gRPC caller gets RESOURCE_EXHAUSTED with the same headers, and the body as its message.</summary>
public sealed record RateLimitResponse
{
    /// <summary>The status, from 400 to 599; null: 429.</summary>
    [Range(400, 599)]
    public int? Status { get; init; }

    /// <summary>Headers that are added to the answer.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The body, as plain text unless headers has a content-type; empty: <c>local_rate_limited</c>, as Envoy's.</summary>
    [Size(0, 4096)]
    public string Body { get; init; } = "";

    /// <summary>Whether <c>Retry-After</c> says in how many seconds the rule admits again; null: true.</summary>
    public bool? RetryAfter { get; init; }

    /// <summary>Which headers tell of the limit and what is left of it.</summary>
    public RateLimitHeaders RateLimitHeaders { get; init; }

    /// <summary>Whether those headers stand on admitted responses too, about the rule that has least left.</summary>
    public bool OnAdmitted { get; init; }
}

/// <summary>Headers that tell of a limit.</summary>
public enum RateLimitHeaders
{
    /// <summary><c>x-ratelimit-limit</c>, <c>-remaining</c> and <c>-reset</c>, the last in seconds until the bucket is full.</summary>
    XRatelimit,

    /// <summary><c>RateLimit-Policy</c> and <c>RateLimit</c> of the IETF's draft.</summary>
    Draft,

    /// <summary>None.</summary>
    None,
}
