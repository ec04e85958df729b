using System.Text;
using Mesh.Protocol.V1;
using Mesh.Sidecar.RateLimits;
using Attribute = Mesh.Protocol.V1.LimitKey.Types.Attribute;

namespace Mesh.Sidecar.Discovery;

/// <summary>Reads the rate limit filter.</summary>
internal static class RateLimitDecoder
{
    private const string DefaultBody = "local_rate_limited";

    public static RateLimiter Decode(RateLimitFilter filter, RateLimitStates states) =>
        new([.. filter.Policies.Select(p => Policy(p, states))], states.Time);

    private static LimitPolicyModel Policy(LimitPolicy policy, RateLimitStates states) => new(
        policy.Name, policy.Shadow, Response(policy.Response ?? new LimitResponse()), [.. policy.Rules.Select(r => Rule(policy.Name, r, states))]);

    private static LimitRuleModel Rule(string policy, LimitRule rule, RateLimitStates states)
    {
        var per = rule.Per?.ToTimeSpan() ?? TimeSpan.Zero;
        if (rule.Requests is 0 or > int.MaxValue || rule.Burst is 0 or > int.MaxValue || per <= TimeSpan.Zero || rule.MaxKeys > int.MaxValue)
            throw new InvalidResourceException($"rate limit {policy} {rule.Name}: requests, burst and per must be more than zero");
        var keys = string.Join(' ', rule.Keys.Select(k => $"{k.Attribute}[{string.Join("][", k.Path)}]"));
        var identity = new LimitIdentity(policy, rule.Name, (long)rule.Requests, per, (long)rule.Burst, keys, rule.Keys.Count == 0 ? 0 : (int)Math.Max(1, rule.MaxKeys));
        return new LimitRuleModel(rule.Name, RbacDecoder.Policy(rule.Match), [.. rule.Hosts], [.. rule.Keys.Select(Key)], states.StateOf(identity));
    }

    private static LimitResponseModel Response(LimitResponse response) => new(
        response.Status is >= 400 and < 600 ? (int)response.Status : 429,
        [.. response.HeadersToAdd.Select(h => (h.Key, h.Value))],
        Encoding.UTF8.GetBytes(response.Body.Length > 0 ? response.Body : DefaultBody),
        response.RetryAfter,
        response.LimitHeaders switch
        {
            LimitResponse.Types.Headers.Draft => LimitHeaderKind.Draft,
            LimitResponse.Types.Headers.None => LimitHeaderKind.None,
            _ => LimitHeaderKind.XRateLimit,
        },
        response.OnAdmitted);

    private static KeyReader Key(LimitKey key) => key.Attribute switch
    {
        Attribute.SourcePrincipal => KeyReaders.Principal,
        Attribute.SourceNamespace => KeyReaders.Namespace,
        Attribute.SourceServiceAccount => KeyReaders.ServiceAccount,
        Attribute.SourceIp => KeyReaders.SourceAddress,
        Attribute.RemoteIp => KeyReaders.RemoteAddress,
        Attribute.RequestPrincipal => KeyReaders.RequestPrincipal,
        Attribute.Host => KeyReaders.Host,
        Attribute.Method => KeyReaders.Method,
        Attribute.Path => KeyReaders.Path,
        Attribute.RouteName => KeyReaders.RouteName,
        Attribute.Header when key.Path.Count == 1 => KeyReaders.Header(key.Path[0]),
        Attribute.Cookie when key.Path.Count == 1 => KeyReaders.Cookie(key.Path[0]),
        Attribute.Claim when key.Path.Count > 0 => KeyReaders.Claim([.. key.Path]),
        _ => throw InvalidResourceException.Unsupported($"rate limit key {key.Attribute}"),
    };
}
