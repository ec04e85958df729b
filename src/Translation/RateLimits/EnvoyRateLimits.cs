using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Filters.Http.LocalRatelimit.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Type.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Resources;
using Mesh.Core.Resources.RateLimits;
using Mesh.Translation.Routing;
using Mesh.Translation.Wire;

namespace Mesh.Translation.RateLimits;

/// <summary>
/// What of a RateLimitPolicy Envoy's own filter can do: rules for all requests, with one bucket. The others are reported, since a stock Envoy
/// would let their requests pass.
/// </summary>
internal static class EnvoyRateLimits
{
    /// <summary>The filter admits no shorter interval.</summary>
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(50);

    public static IEnumerable<HttpFilter> Translate(TranslationScope scope, MeshObject source, ImmutableArray<string> hosts)
    {
        var spec = source.SpecAs<RateLimitPolicy>();
        for (var i = 0; i < spec.Rules.Length; i++)
        {
            var rule = spec.Rules[i];
            if (rule is { From.IsEmpty: true, To.IsEmpty: true, When.IsEmpty: true, Keys.IsEmpty: true } && hosts.IsEmpty && RateLimitPeriod.Of(rule) >= LeastInterval)
                yield return new HttpFilter { Name = $"envoy.filters.http.local_ratelimit/{source.Key.Namespace}/{source.Key.Name}/{rule.Name}", TypedConfig = Packing.Pack(Limit(source, spec, rule)) };
            else scope.Report(source.Key, $"spec.rules[{i}]", "A stock Envoy cannot tell requests apart as this rule does, and does not limit them.");
        }
    }

    private static LocalRateLimit Limit(MeshObject source, RateLimitPolicy spec, RateLimitRule rule)
    {
        var result = new LocalRateLimit
        {
            StatPrefix = $"{source.Key.Namespace}.{source.Key.Name}.{rule.Name}",
            TokenBucket = new TokenBucket
            {
                MaxTokens = (uint)Math.Max(rule.Burst ?? rule.Requests, 1),
                TokensPerFill = (uint)rule.Requests,
                FillInterval = Duration.FromTimeSpan(RateLimitPeriod.Of(rule)),
            },
            Status = new HttpStatus { Code = (StatusCode)(spec.Response?.Status ?? 429) },
            FilterEnabled = Shares.Runtime(100),
            FilterEnforced = Shares.Runtime(spec.Mode == RateLimitMode.Shadow ? 0 : 100),
            RateLimitedAsResourceExhausted = true,
        };
        foreach (var (name, value) in spec.Response?.Headers ?? ImmutableSortedDictionary<string, string>.Empty)
            result.ResponseHeadersToAdd.Add(new HeaderValueOption { Header = new HeaderValue { Key = name, Value = value } });
        return result;
    }
}
