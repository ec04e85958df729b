using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests.Gateways;

public sealed class GatewayTests
{
    [Theory]
    [InlineData("*", "shop.example.com", "shop.example.com")]
    [InlineData("*.example.com", "shop.example.com", "shop.example.com")]
    [InlineData("shop.example.com", "*", "shop.example.com")]
    [InlineData("*", "*", "*")]
    [InlineData("default/shop.example.com", "shop.example.com", "shop.example.com")]
    [InlineData("./shop.example.com", "shop.example.com", "shop.example.com")]
    [InlineData("other/shop.example.com", "shop.example.com", null)]
    [InlineData("cart.example.com", "shop.example.com", null)]
    public void Translate_ServerAndVirtualServiceHosts_ServeWhatBothName(string server, string virtualService, string? expected)
    {
        var routes = Translate(Mesh(Gateway("edge", 8080, server), Routes("a", virtualService, "edge"))).Route("http.8080");
        var served = routes.VirtualHosts.Where(h => h.Name != "blackhole:8080").SelectMany(h => h.Domains).ToList();
        Assert.Equal(expected is null ? [] : expected == "*" ? ["*"] : [expected, expected + ":8080"], served);
    }

    [Fact]
    public void Translate_ServersThatEndTls_HaveChainsByNameAndRoutesOfTheirOwn()
    {
        var resources = Translate(Mesh(
            Server("edge", "{port: {number: 8443, name: a, protocol: HTTPS}, hosts: [./a.test, '*.a.test'], tls: {mode: SIMPLE, credentialName: a}}",
                "{port: {number: 8443, name: any, protocol: HTTPS}, hosts: ['*'], tls: {mode: MUTUAL, credentialName: any}}"),
            Routes("r", "a.test", "edge")));
        var chains = resources.Listener("127.77.0.200_8443").FilterChains;
        Assert.Equal(["a.test", "*.a.test"], chains[0].FilterChainMatch.ServerNames);
        Assert.Null(chains[1].FilterChainMatch);
        Assert.Equal(["r"], resources.Route("https.8443.a.edge.default").Host("a.test").Routes.Select(r => r.Name));
        Assert.Equal(["r"], resources.Route("https.8443.any.edge.default").Host("a.test").Routes.Select(r => r.Name));
        Assert.Empty(resources.Problems);
    }

    [Fact]
    public void Translate_NameThatAnOlderServerServes_LeavesTheServerOut()
    {
        var resources = Translate(Mesh(
            Server("old", "{port: {number: 8443, name: a, protocol: HTTPS}, hosts: [a.test], tls: {mode: SIMPLE, credentialName: a}}"),
            Server("new", "{port: {number: 8443, name: a, protocol: HTTPS}, hosts: [b.test, a.test], tls: {mode: SIMPLE, credentialName: b}}")));
        Assert.Single(resources.Listener("127.77.0.200_8443").FilterChains);
        var problem = Assert.Single(resources.Problems);
        Assert.Equal(("new", "spec.servers[0].hosts"), (problem.Object.Name, problem.Path));
        Assert.Contains("serves TLS for 'a.test'", problem.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Translate_HttpsRedirect_HoldsForHostsWithAndWithoutRules()
    {
        var routes = Translate(Mesh(
            Server("edge", "{port: {number: 8080, name: a, protocol: HTTP}, hosts: [a.test, b.test], tls: {httpsRedirect: true}}",
                "{port: {number: 8080, name: c, protocol: HTTP}, hosts: [c.test]}"),
            Routes("r", "a.test", "edge"), Routes("s", "c.test", "edge"))).Route("http.8080");
        Assert.Equal(["a.test:8080", "b.test:8080"], routes.VirtualHosts.Where(h => h.RequireTls == Envoy.Config.Route.V3.VirtualHost.Types.TlsRequirementType.All).Select(h => h.Name));
    }

    [Fact]
    public void Translate_Bind_ListensThereBesideTheGatewaysOwnAddress()
    {
        var resources = Translate(Mesh(Server("edge", "{port: {number: 8080, name: a, protocol: HTTP}, hosts: [a.test]}"),
            Server("more", "{port: {number: 8080, name: a, protocol: HTTP}, bind: 127.77.0.77, hosts: [a.test]}")));
        Assert.Equal(["127.77.0.200_8080", "127.77.0.77_8080"], resources.Listeners.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["http.8080", "http.8080.127.77.0.77"], resources.Routes.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Translate_UnknownHost_HasNoRoute()
    {
        var routes = Translate(Mesh(Gateway("edge", 8080, "*"), Routes("a", "shop.example.com", "edge"))).Route("http.8080");
        Assert.Empty(routes.Host("nobody.example.com").Routes);
    }

    [Fact]
    public void Translate_TwoGatewaysOnOnePort_ShareListenerAndRoutes()
    {
        var resources = Translate(Mesh(
            Gateway("one", 8080, "one.test"), Gateway("two", 8080, "two.test"), Routes("a", "one.test", "one"), Routes("b", "two.test", "default/two")));
        Assert.Equal(["127.77.0.200_8080"], resources.Listeners.Keys);
        Assert.Equal(["blackhole:8080", "one.test:8080", "two.test:8080"], resources.Route("http.8080").VirtualHosts.Select(h => h.Name).Order());
    }

    [Fact]
    public void Translate_SeveralVirtualServicesForOneHost_RulesFollowOneAnotherOldestFirst()
    {
        var resources = Translate(Mesh(
            Gateway("edge", 8080, "*"), Routes("b", "shop.test", "edge", "/b"), Routes("a", "shop.test", "edge", "/a"),
            Routes("c", "shop.test", "edge"), Routes("d", "shop.test", "edge")));
        Assert.Equal(["b", "a", "c"], resources.Route("http.8080").Host("shop.test").Routes.Select(r => r.Name));
        Assert.Equal("d", Assert.Single(resources.Problems).Object.Name);
    }

    [Fact]
    public void Translate_GatewayOfOtherLabels_GetsNothing()
    {
        var resources = Translator.Translate(Mesh(Gateway("edge", 8080, "*")).Build(), Proxies.Gateway("istio=egressgateway"));
        Assert.Empty(resources.Listeners);
    }

    [Fact]
    public void Translate_Clusters_AreThoseOfItsRoutes()
    {
        var mesh = Mesh(Gateway("edge", 8080, "*"), Routes("a", "shop.test", "edge")).Service("default/unused", "http:80");
        var resources = Translate(mesh);
        Assert.Equal(["BlackHoleCluster", "outbound|80||shop.default.svc.cluster.local"], resources.Clusters.Keys);
        Assert.Equal(["outbound|80||shop.default.svc.cluster.local"], resources.Endpoints.Keys);
        Assert.DoesNotContain(resources.Dependencies, d => d.Name == "unused");
    }

    private static ProxyResources Translate(MeshBuilder mesh) => Translator.Translate(mesh.Build(), Proxies.Gateway());

    private static MeshBuilder Mesh(params string[] documents) =>
        documents.Aggregate(new MeshBuilder().Service("default/shop", "http:80"), (mesh, yaml) => mesh.Apply(yaml));

    private static string Gateway(string name, int port, string host) => $$$"""
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: {{{name}}}}
        spec:
          selector: {istio: ingressgateway}
          servers: [{port: {number: {{{port}}}, name: http, protocol: HTTP}, hosts: ["{{{host}}}"]}]
        """;

    private static string Server(string name, params string[] servers) =>
        $"{{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {{name: {name}}}, spec: {{selector: {{istio: ingressgateway}}, servers: [{string.Join(", ", servers)}]}}}}";

    private static string Routes(string name, string host, string gateway, string prefix = "/") => $$$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: {{{name}}}}
        spec:
          hosts: ["{{{host}}}"]
          gateways: [{{{gateway}}}]
          http: [{name: {{{name}}}, match: [{uri: {prefix: {{{prefix}}}}}], route: [{destination: {host: shop}}]}]
        """;
}
