using System.Collections.Immutable;
using Mesh.Core.Fields;
using Mesh.Core.Resources.Security;

namespace Mesh.Core.Resources.RateLimits;

/// <summary>
/// How many requests workloads and gateways accept (mesh.dev RateLimitPolicy). Each proxy counts for itself. Of all policies for a workload,
/// every rule that matches a request must admit it; what is refused costs no other rule a token.
/// </summary>
public sealed record RateLimitPolicy
{
    /// <summary>The workloads it is for; null: all of the namespace, or of the mesh when it stands in the root namespace.</summary>
    public WorkloadSelector? Selector { get; init; }

    /// <summary>The objects it is for, instead of a selector: Services, and Gateways of networking.istio.io; at most 16.</summary>
    public ImmutableArray<PolicyTargetReference> TargetRefs { get; init; } = [];

    /// <summary>Whether requests beyond a limit are refused, or only counted.</summary>
    public RateLimitMode Mode { get; init; }

    /// <summary>The limits.</summary>
    [Required, Size(1, 64)]
    public ImmutableArray<RateLimitRule> Rules { get; init; } = [];

    /// <summary>What a refused caller is told; null: 429 with Retry-After and x-ratelimit headers.</summary>
    public RateLimitResponse? Response { get; init; }
}

/// <summary>What happens to requests beyond a limit.</summary>
public enum RateLimitMode
{
    /// <summary>They are refused.</summary>
    Enforce,

    /// <summary>They pass, and are counted as those that would have been refused: to try a limit before it is in force.</summary>
    Shadow,
}

/// <summary>One limit: a token bucket, or one for each value of its keys.</summary>
public sealed record RateLimitRule
{
    /// <summary>What metrics call it, and what its buckets are kept by; unique in the policy.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>The callers it is about; empty: all.</summary>
    public ImmutableArray<AuthorizationFrom> From { get; init; } = [];

    /// <summary>The operations it is about; empty: all.</summary>
    public ImmutableArray<AuthorizationTo> To { get; init; } = [];

    /// <summary>Further conditions, all of which must hold.</summary>
    public ImmutableArray<AuthorizationCondition> When { get; init; } = [];

    /// <summary>How many requests are admitted in each unit, or period; at most a million a second.</summary>
    [Required, Range(1, 1_000_000_000)]
    public int Requests { get; init; }

    /// <summary>The unit of time; this or per.</summary>
    [OneOf("period")]
    public RateLimitUnit? Unit { get; init; }

    /// <summary>The period of time, from 1 ms to 31 days; this or unit.</summary>
    [OneOf("period"), Duration(1)]
    public TimeSpan? Per { get; init; }

    /// <summary>How many requests may come at once after a pause, the size of the bucket; null: as many as requests.</summary>
    [Range(1, 1_000_000_000)]
    public int? Burst { get; init; }

    /// <summary>
    /// Attributes each combination of which has a bucket of its own: source.principal, source.namespace, source.serviceAccount, source.ip,
    /// remote.ip, request.auth.principal, request.host, request.method, request.path, route.name, request.headers[NAME], request.cookies[NAME],
    /// request.auth.claims[NAME]. Requests without an attribute share the bucket of those without. Empty: one bucket for all.
    /// </summary>
    [Size(1, 8)]
    public ImmutableArray<string> Keys { get; init; } = [];

    /// <summary>How many buckets are kept; beyond, the one longest unused is forgotten and starts over full. Null: 10000.</summary>
    [Range(1, 1_000_000)]
    public int? MaxKeys { get; init; }
}

/// <summary>A unit of time.</summary>
public enum RateLimitUnit
{
    /// <summary>A second.</summary>
    Second,

    /// <summary>60 seconds.</summary>
    Minute,

    /// <summary>60 minutes.</summary>
    Hour,

    /// <summary>24 hours, from whenever.</summary>
    Day,
}
