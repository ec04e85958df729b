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
