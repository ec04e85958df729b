using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests.Routing;

/// <summary>Delegation between VirtualServices, with Istio's rules of what may be joined.</summary>
public sealed class DelegationTests
{
    [Fact]
    public void Translate_DelegateOfOtherNamespace_ResolvesItsDestinationsThere_UnderTheRootsMatch()
    {
        var resources = Translate(Root("match: [{uri: {prefix: /cart}}]"), Delegate("name: v2\n    match: [{uri: {prefix: /cart/v2}}]", "match: []"));
        var routes = resources.Route("http_proxy").Host("shop.default.svc.cluster.local").Routes;
        Assert.Equal(["/cart/v2", "/cart", "/"], routes.Select(r => r.Match.Prefix));
        Assert.Equal(
            ["outbound|80||cart.other.svc.cluster.local", "outbound|80||cart.other.svc.cluster.local", "outbound|80||shop.default.svc.cluster.local"],
            routes.Select(r => r.Target()));
        Assert.Equal("delegated-v2", routes[0].Name);
        Assert.Contains(resources.Dependencies, d => d.Name == "cart" && d.Kind.StartsWith("VirtualService", StringComparison.Ordinal));
        Assert.Empty(resources.Problems);
    }

    [Theory]
    [InlineData("{uri: {prefix: /cart}}", "{uri: {prefix: /other}}", 0)]
    [InlineData("{uri: {prefix: /cart/a}}", "{uri: {prefix: /cart}}", 0)]
    [InlineData("{uri: {prefix: /cart}}", "{uri: {exact: /cart/a}}", 1)]
    [InlineData("{uri: {exact: /cart}}", "{uri: {prefix: /cart}}", 0)]
    [InlineData("{uri: {exact: /cart}}", "{uri: {exact: /cart}}", 1)]
    [InlineData("{uri: {regex: /c.*}}", "{uri: {exact: /cart}}", 0)]
    [InlineData("{uri: {regex: /c.*}}", "{method: {exact: GET}}", 1)]
    [InlineData("{method: {exact: GET}}", "{uri: {regex: /c.*}}", 1)]
    [InlineData("{headers: {a: {exact: b}}}", "{headers: {a: {exact: c}}}", 0)]
    [InlineData("{headers: {a: {exact: b}}}", "{headers: {d: {exact: e}}}", 1)]
    [InlineData("{port: 80}", "{port: 81}", 0)]
    [InlineData("{sourceLabels: {app: client}}", "{sourceLabels: {version: v1}}", 1)]
    [InlineData("{sourceLabels: {app: client}}", "{sourceLabels: {app: other}}", 0)]
    [InlineData("{uri: {prefix: /a}, ignoreUriCase: true}", "{uri: {prefix: /a/b}}", 0)]
    [InlineData("{uri: {prefix: /a}}, {uri: {prefix: /b}}", "{uri: {prefix: /b/c}}", 1)]
    [InlineData("{method: {exact: GET}}, {method: {exact: PUT}}", "{uri: {prefix: /b/c}}", 2)]
    public void Translate_Matches_AreJoinedWhereTheDelegatesNarrowsTheRoots(string root, string own, int joined)
    {
        var resources = Translate(Root($"match: [{root}]"), Delegate($"match: [{own}]"));
        Assert.Equal(joined, resources.Route("http_proxy").Host("shop.default.svc.cluster.local").Routes.Count(r => r.Target().Contains("cart", StringComparison.Ordinal)));
        Assert.Equal(joined == 0, resources.Problems.Any(p => p.Object.Name == "cart" && p.Path == "spec.http[0].match"));
    }

    [Fact]
    public void Translate_WhatTheDelegateLeavesOpen_IsTheRoots()
    {
        var resources = Translate(
            Root("match: [{uri: {prefix: /cart}}]\n    timeout: 5s\n    rewrite: {uri: /}\n    mirror: {host: shop}"), Delegate("timeout: 1s"));
        var action = resources.Route("http_proxy").Host("shop.default.svc.cluster.local").Routes[0].Route_;
        Assert.Equal(TimeSpan.FromSeconds(1), action.Timeout.ToTimeSpan());
        Assert.Equal("/", action.PrefixRewrite);
        Assert.Equal("outbound|80||shop.default.svc.cluster.local", Assert.Single(action.RequestMirrorPolicies).Cluster);
    }

    [Theory]
    [InlineData("", "waits for VirtualService other/cart without hosts")]
    [InlineData("exportTo: [\".\"]", "is not exported to namespace default")]
    public void Translate_DelegateThatIsNotThere_LeavesTheRuleOut(string exportTo, string reason)
    {
        var mesh = Services().Apply(Root("match: [{uri: {prefix: /cart}}]"));
        if (exportTo.Length > 0) mesh.Apply(Delegate("match: []").Replace("  http:", $"  {exportTo}\n  http:", StringComparison.Ordinal));
        var resources = Translator.Translate(mesh.Build(), Client);
        Assert.Equal(["outbound|80||shop.default.svc.cluster.local"], resources.Route("http_proxy").Host("shop.default.svc.cluster.local").Routes.Select(r => r.Target()));
        var problem = Assert.Single(resources.Problems);
        Assert.Equal("spec.http[0].delegate", problem.Path);
        Assert.Contains(reason, problem.Reason);
    }

    private static ProxyDescriptor Client { get; } = Proxies.Sidecar("default/client", "app=client,version=v1");

    private static ProxyResources Translate(string root, string own) => Translator.Translate(Services().Apply(root).Apply(own).Build(), Client);

    private static MeshBuilder Services() => new MeshBuilder().Service("default/shop", "http:80").Service("other/cart", "http:80");

    private static string Root(string rule) => $$$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: shop}
        spec:
          hosts: [shop]
          http:
          - name: delegated
            delegate: {name: cart, namespace: other}
            {{{rule}}}
          - route: [{destination: {host: shop}}]
        """;

    private static string Delegate(params string[] rules) => """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: cart, namespace: other}
        spec:
          http:

        """ + string.Join('\n', rules.Select(r => $"  - route: [{{destination: {{host: cart}}}}]\n    {r}"));
}
