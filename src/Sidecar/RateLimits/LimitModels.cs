using Mesh.Sidecar.Authorization;
using Mesh.Sidecar.Http;

namespace Mesh.Sidecar.RateLimits;

/// <summary>One policy in force on a filter chain. Immutable but for the buckets behind its rules.</summary>
internal sealed record LimitPolicyModel(string Name, bool IsShadow, LimitResponseModel Response, LimitRuleModel[] Rules);

/// <summary>One limit: the requests it is about, what they are told apart by, and the buckets.</summary>
internal sealed record LimitRuleModel(string Name, RequestCondition? Match, string[] Hosts, KeyReader[] Keys, LimitState State)
{
    public bool IsMatch(ProxyRequest request) => (Hosts.Length == 0 || IsForHost(request)) && Match?.IsMatch(request) != false;

    public ulong KeyOf(ProxyRequest request)
    {
        if (Keys.Length == 0) return 0;
        var hasher = new KeyHasher();
        foreach (var key in Keys) key(request, ref hasher);
        return hasher.Finish();
    }

    private bool IsForHost(ProxyRequest request)
    {
        var written = request.Http.Request.Headers.Host;
        var host = Routing.RouteTable.WithoutPort((written.Count > 0 ? written[0] ?? "" : "").AsSpan());
        foreach (var own in Hosts)
            if (own[0] == '*' ? host.Length >= own.Length && host.EndsWith(own.AsSpan(1), StringComparison.OrdinalIgnoreCase) : host.Equals(own, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}

/// <summary>Headers that tell of a limit.</summary>
internal enum LimitHeaderKind
{
    XRateLimit,
    Draft,
    None,
}

/// <summary>The answer to a refused request.</summary>
internal sealed record LimitResponseModel(
    int Status, (string Name, string Value)[] Headers, byte[] Body, bool HasRetryAfter, LimitHeaderKind LimitHeaders, bool OnAdmitted);

/// <summary>What is told to the caller: of one rule, how much is left.</summary>
internal readonly record struct LimitNotice(LimitPolicyModel Policy, LimitRuleModel Rule, BucketLevel Level);
