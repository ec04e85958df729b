using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Resources;
using Mesh.Core.Resources.RateLimits;
using Mesh.Protocol.V1;
using Mesh.Translation.Authorization;

namespace Mesh.Translation.RateLimits;

/// <summary>A RateLimitPolicy as our own filter reads it.</summary>
internal static class LimitPolicies
{
    private const uint DefaultMaxKeys = 10_000;

    public static LimitPolicy Translate(MeshObject source, ImmutableArray<string> hosts, string trustDomain)
    {
        var spec = source.SpecAs<RateLimitPolicy>();
        var callers = new SourceMatchers(source.Key.Namespace, trustDomain);
        var result = new LimitPolicy
        {
            Name = $"{source.Key.Namespace}/{source.Key.Name}",
            Shadow = spec.Mode == RateLimitMode.Shadow,
            Response = Translate(spec.Response ?? new RateLimitResponse()),
        };
        foreach (var rule in spec.Rules) result.Rules.Add(Translate(rule, hosts, callers));
        return result;
    }

    private static LimitRule Translate(RateLimitRule rule, ImmutableArray<string> hosts, SourceMatchers callers)
    {
        var result = new LimitRule
        {
            Name = rule.Name,
            Match = RbacPolicies.Translate(callers, rule.From, rule.To, rule.When),
            Requests = (ulong)rule.Requests,
            Per = Duration.FromTimeSpan(RateLimitPeriod.Of(rule)),
            Burst = (ulong)(rule.Burst ?? rule.Requests),
            MaxKeys = rule.Keys.IsEmpty ? 0 : (uint?)rule.MaxKeys ?? DefaultMaxKeys,
        };
        result.Hosts.Add(hosts);
        foreach (var text in rule.Keys)
            if (RateLimitKey.TryParse(text, out var key)) result.Keys.Add(Translate(key));
        return result;
    }

    private static LimitKey Translate(RateLimitKey key)
    {
        var result = new LimitKey
        {
            Attribute = key.Attribute switch
            {
                "source.principal" => LimitKey.Types.Attribute.SourcePrincipal,
                "source.namespace" => LimitKey.Types.Attribute.SourceNamespace,
                "source.serviceAccount" => LimitKey.Types.Attribute.SourceServiceAccount,
                "source.ip" => LimitKey.Types.Attribute.SourceIp,
                "remote.ip" => LimitKey.Types.Attribute.RemoteIp,
                "request.auth.principal" => LimitKey.Types.Attribute.RequestPrincipal,
                "request.host" => LimitKey.Types.Attribute.Host,
                "request.method" => LimitKey.Types.Attribute.Method,
                "request.path" => LimitKey.Types.Attribute.Path,
                "route.name" => LimitKey.Types.Attribute.RouteName,
                "request.headers" => LimitKey.Types.Attribute.Header,
                "request.cookies" => LimitKey.Types.Attribute.Cookie,
                _ => LimitKey.Types.Attribute.Claim,
            },
        };
        result.Path.Add(key.Attribute == "request.headers" ? key.Path.Select(p => p.ToLowerInvariant()) : key.Path);
        return result;
    }

    private static LimitResponse Translate(RateLimitResponse response)
    {
        var result = new LimitResponse
        {
            Status = (uint)(response.Status ?? 429),
            Body = response.Body,
            RetryAfter = response.RetryAfter ?? true,
            OnAdmitted = response.OnAdmitted,
            LimitHeaders = response.RateLimitHeaders switch
            {
                RateLimitHeaders.Draft => LimitResponse.Types.Headers.Draft,
                RateLimitHeaders.None => LimitResponse.Types.Headers.None,
                _ => LimitResponse.Types.Headers.XRatelimit,
            },
        };
        foreach (var (name, value) in response.Headers) result.HeadersToAdd.Add(name, value);
        return result;
    }
}
