using System.Collections.Immutable;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Mesh.Core.Resources;
using Mesh.Core.Resources.RateLimits;
using Mesh.Protocol.V1;
using Mesh.Translation.Indexing;
using Mesh.Translation.Wire;

namespace Mesh.Translation.RateLimits;

/// <summary>The limits of one HTTP listener: a filter of our own for our proxies, Envoy's for stock Envoys as far as it goes.</summary>
internal static class RateLimitFilters
{
    public const string Name = "mesh.filters.http.rate_limit";

    public static IReadOnlyList<HttpFilter> For(TranslationScope scope, PolicyAttachment attachment)
    {
        if (scope.Proxy.Dialect == ProxyDialect.Grpc) return [];
        var policies = scope.Index.RateLimits.For(scope.Proxy, attachment).ToList();
        scope.DependsOn(policies.Select(p => p.Key));
        if (policies.Count == 0) return [];
        if (scope.Proxy.Dialect == ProxyDialect.Envoy) return [.. policies.SelectMany(p => EnvoyRateLimits.Translate(scope, p, HostsOf(p, attachment)))];
        var filter = new RateLimitFilter();
        foreach (var policy in policies) filter.Policies.Add(LimitPolicies.Translate(policy, HostsOf(policy, attachment), scope.Proxy.TrustDomain));
        return [new HttpFilter { Name = Name, TypedConfig = Packing.Pack(filter) }];
    }

    // Of the Gateways a policy is for, where the listener serves others too; empty: all.
    private static ImmutableArray<string> HostsOf(MeshObject policy, PolicyAttachment attachment)
    {
        var hosts = policy.SpecAs<RateLimitPolicy>().TargetRefs
            .Select(t => attachment.Gateways.TryGetValue((policy.Key.Namespace, t.Name), out var admitted) ? (ImmutableArray<string>?)admitted : null)
            .OfType<ImmutableArray<string>>().ToList();
        return hosts.Any(h => h.IsEmpty) ? [] : [.. hosts.SelectMany(h => h).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}
