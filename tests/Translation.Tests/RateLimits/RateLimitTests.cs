using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Http.LocalRatelimit.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Mesh.Protocol;
using Mesh.Protocol.V1;
using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests.RateLimits;

/// <summary>Which RateLimitPolicies are in force where, and as what.</summary>
public sealed class RateLimitTests
{
    private const string Rules = "rules: [{name: all, requests: 10, unit: SECOND}]";

    private static readonly ProxyDescriptor Cart = Proxies.Sidecar("default/cart-1", "app=cart", "127.77.1.2");

    [Fact]
    public void Translate_PolicyWithEverything_MatchesGolden() => GoldenFile.Verify("rate-limit", Translator.Translate(new MeshBuilder().Service("default/cart", "http:80").Apply("""
        apiVersion: mesh.dev/v1alpha1
        kind: RateLimitPolicy
        metadata: {name: cart}
        spec:
          selector: {matchLabels: {app: cart}}
          rules:
          - name: writes
            from: [{source: {namespaces: [shop], notPrincipals: ["cluster.local/ns/shop/sa/admin"]}}, {source: {ipBlocks: [10.1.2.3]}}]
            to: [{operation: {methods: [POST, PUT], paths: ["/cart/{*}/items", "/order/*"]}}]
            when: [{key: "request.headers[x-tenant]", values: [gold*]}, {key: "request.auth.claims[groups]", notValues: [staff]}, {key: destination.port, values: ["80"]}]
            requests: 20
            unit: MINUTE
            burst: 5
            keys: [source.principal, "request.headers[X-User]"]
          - {name: all, requests: 1000, per: 10s}
          response: {status: 503, headers: {x-why: limit}, rateLimitHeaders: DRAFT}
        """).Build(), Cart));

    [Theory]
    [InlineData("default", "", true)]
    [InlineData("mesh-system", "", true)]
    [InlineData("other", "", false)]
    [InlineData("default", "selector: {matchLabels: {app: cart}}", true)]
    [InlineData("mesh-system", "selector: {matchLabels: {app: cart}}", true)]
    [InlineData("default", "selector: {matchLabels: {app: other}}", false)]
    [InlineData("default", "targetRefs: [{kind: Service, name: cart}]", true)]
    [InlineData("default", "targetRefs: [{kind: Service, name: nobody}, {kind: Service, name: cart}]", true)]
    [InlineData("default", "targetRefs: [{kind: Service, name: nobody}]", false)]
    [InlineData("mesh-system", "targetRefs: [{kind: Service, name: cart}]", false)]
    [InlineData("default", "targetRefs: [{group: networking.istio.io, kind: Gateway, name: cart}]", false)]
    public void Sidecar_GetsThePoliciesThatAreForIt(string @namespace, string target, bool applies)
    {
        var resources = Translator.Translate(new MeshBuilder().Service("default/cart", "http:80").Apply(Policy("p", @namespace, target)).Build(), Cart);

        Assert.Equal(applies ? [$"{@namespace}/p"] : [], PoliciesOf(resources, "127.77.1.2_80"));
        Assert.Equal(applies, resources.Dependencies.Any(d => d.Kind.StartsWith("RateLimitPolicy", StringComparison.Ordinal)));
    }

    [Fact]
    public void Service_OfOnePort_LeavesTheOthersAlone()
    {
        var mesh = new MeshBuilder().Service("default/cart", "http:80").Apply("""
            apiVersion: v1
            kind: Service
            metadata: {name: admin}
            spec: {selector: {app: cart}, ports: [{name: http, port: 9000}]}
            """).Apply(Policy("p", "default", "targetRefs: [{kind: Service, name: admin}]"));
        var resources = Translator.Translate(mesh.Build(), Cart);
        Assert.Empty(PoliciesOf(resources, "127.77.1.2_80"));
        Assert.Equal(["default/p"], PoliciesOf(resources, "127.77.1.2_9000"));
    }

    [Fact]
    public void Policies_OfTheRootNamespace_ComeFirst_ThenTheOldest()
    {
        var mesh = new MeshBuilder().Service("default/cart", "http:80").Apply(Policy("z", "default", "")).Apply(Policy("a", "default", "")).Apply(Policy("all", "mesh-system", ""));
        Assert.Equal(["mesh-system/all", "default/z", "default/a"], PoliciesOf(Translator.Translate(mesh.Build(), Cart), "127.77.1.2_80"));
    }

    [Fact]
    public void Outbound_ListenersOfSidecars_HaveNoLimits()
    {
        var resources = Translator.Translate(new MeshBuilder().Service("default/cart", "http:80").Apply(Policy("p", "default", "")).Build(), Cart);
        Assert.Empty(PoliciesOf(resources, "http_proxy"));
    }

    [Fact]
    public void Gateway_SharedByTwoObjects_LimitsOnlyTheHostsOfItsTarget()
    {
        var mesh = new MeshBuilder().Apply(Gateway("shop", "shop.example.com") + Gateway("bank", "bank.example.com"))
            .Apply(Policy("p", "default", "targetRefs: [{group: networking.istio.io, kind: Gateway, name: shop}]"));
        var filter = FilterOf(Translator.Translate(mesh.Build(), Proxies.Gateway()), "127.77.0.200_8080");
        Assert.Equal(["shop.example.com"], Assert.Single(Assert.Single(filter!.Policies).Rules).Hosts);
    }

    [Fact]
    public void Gateway_OfOneObject_LimitsAllItsHosts()
    {
        var mesh = new MeshBuilder().Apply(Gateway("shop", "shop.example.com")).Apply(Policy("p", "default", "targetRefs: [{group: networking.istio.io, kind: Gateway, name: shop}]"));
        var filter = FilterOf(Translator.Translate(mesh.Build(), Proxies.Gateway()), "127.77.0.200_8080");
        Assert.Empty(Assert.Single(Assert.Single(filter!.Policies).Rules).Hosts);
    }

    [Fact]
    public void StockEnvoy_GetsItsOwnFilterForPlainRules_AndTheOthersAreReported()
    {
        var mesh = new MeshBuilder().Service("default/cart", "http:80").Apply("""
            apiVersion: mesh.dev/v1alpha1
            kind: RateLimitPolicy
            metadata: {name: p}
            spec:
              mode: SHADOW
              rules: [{name: plain, requests: 10, unit: SECOND, burst: 30}, {name: keyed, requests: 1, unit: DAY, keys: [source.principal]}]
            """);
        var resources = Translator.Translate(mesh.Build(), Cart with { Dialect = ProxyDialect.Envoy });
        var limit = LocalRateLimit.Parser.ParseFrom(Filters(resources, "127.77.1.2_80").Single(f => f.TypedConfig.TypeUrl == TypeUrls.LocalRateLimit).TypedConfig.Value);
        Assert.Equal((30u, 10u, 1, 0u), (limit.TokenBucket.MaxTokens, limit.TokenBucket.TokensPerFill!.Value, limit.TokenBucket.FillInterval.Seconds, limit.FilterEnforced.DefaultValue.Numerator));
        Assert.Contains(resources.Problems, p => p.Path == "spec.rules[1]" && p.Reason.Contains("stock Envoy", StringComparison.Ordinal));
        Assert.DoesNotContain(resources.Problems, p => p.Path == "spec.rules[0]");
    }

    private static string Policy(string name, string @namespace, string target) => $"""
        apiVersion: mesh.dev/v1alpha1
        kind: RateLimitPolicy
        metadata: {"{"}name: {name}, namespace: {@namespace}{"}"}
        spec:
          {Rules}
          {target}
        """;

    private static string Gateway(string name, string host) => $$"""
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: {{name}}}
        spec:
          selector: {istio: ingressgateway}
          servers: [{port: {number: 8080, name: http, protocol: HTTP}, hosts: [{{host}}]}]
        ---

        """;

    private static string[] PoliciesOf(ProxyResources resources, string listener) => [.. FilterOf(resources, listener)?.Policies.Select(p => p.Name) ?? []];

    private static RateLimitFilter? FilterOf(ProxyResources resources, string listener) =>
        Filters(resources, listener).SingleOrDefault(f => f.TypedConfig.TypeUrl == TypeUrls.RateLimit) is { } filter ? RateLimitFilter.Parser.ParseFrom(filter.TypedConfig.Value) : null;

    private static IEnumerable<HttpFilter> Filters(ProxyResources resources, string listener)
    {
        var model = Listener.Parser.ParseFrom(resources.Listeners[listener].Body.Value);
        var managers = model.FilterChains.Select(c => c.Filters[0].TypedConfig).Where(c => c.TypeUrl == TypeUrls.HttpConnectionManager).Select(c => HttpConnectionManager.Parser.ParseFrom(c.Value)).ToList();
        // Both chains of an inbound listener have the same.
        Assert.All(managers, m => Assert.Equal(managers[0].HttpFilters, m.HttpFilters));
        return managers.Count == 0 ? [] : managers[0].HttpFilters;
    }
}
