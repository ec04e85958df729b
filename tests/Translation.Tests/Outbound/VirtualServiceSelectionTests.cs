using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests.Outbound;

public sealed class VirtualServiceSelectionTests
{
    [Theory]
    [InlineData("default/a:reviews", "a")]
    [InlineData("default/a:Reviews", "a")]
    [InlineData("other/a:REVIEWS.default.svc.cluster.LOCAL", "a")]
    [InlineData("other/a:reviews", "")]
    [InlineData("other/a:reviews.default.svc.cluster.local", "a")]
    [InlineData("default/b:reviews default/a:reviews.default.svc.cluster.local", "b")]
    [InlineData("default/wide:*.default.svc.cluster.local default/exact:reviews", "exact")]
    [InlineData("default/wider:*.local default/wide:*.default.svc.cluster.local", "wide")]
    [InlineData("other/private:reviews.default.svc.cluster.local@.", "")]
    [InlineData("default/gateway:reviews#edge", "")]
    [InlineData("default/both:reviews#edge,mesh", "both")]
    public void Translate_VirtualServices_MostSpecificThenOldestRules(string virtualServices, string expected)
    {
        var mesh = virtualServices.Split(' ').Aggregate(new MeshBuilder().Service("default/reviews", "http:9080"), (m, v) => m.Apply(Yaml(v)));
        var host = Translate(mesh).Route("http_proxy").Host("reviews:9080");
        Assert.Equal(expected.Length == 0 ? "default" : expected, host.Routes.Single().Name);
    }

    [Fact]
    public void Translate_TwoForOneHost_ReportsTheYounger()
    {
        var mesh = new MeshBuilder().Service("default/reviews", "http:9080").Apply(Yaml("default/b:reviews")).Apply(Yaml("default/a:reviews"));
        var problem = Assert.Single(Translate(mesh).Problems);
        Assert.Equal(("a", "spec.hosts[0]"), (problem.Object.Name, problem.Path));
    }

    [Fact]
    public void Translate_HostThatIsAServicesShortForm_IsAProblemAndNotADuplicateDomain()
    {
        var resources = Translate(new MeshBuilder().Service("default/reviews", "http:80").Apply(Yaml("default/a:reviews.default")));
        Assert.Equal("spec.hosts[0]", Assert.Single(resources.Problems).Path);
        var domains = resources.Route("http_proxy").VirtualHosts.SelectMany(h => h.Domains).ToList();
        Assert.Equal(domains.Distinct(), domains);
    }

    [Theory]
    [InlineData("nobody.example.com", "block_all", "502")]
    [InlineData("reviews.default.svc:9080", "reviews.default.svc.cluster.local:9080", "outbound|9080||reviews.default.svc.cluster.local")]
    [InlineData("reviews.default", "reviews.default.svc.cluster.local:9080", "outbound|9080||reviews.default.svc.cluster.local")]
    [InlineData("two", "two.default.svc.cluster.local:80", "outbound|80||two.default.svc.cluster.local")]
    [InlineData("two:8080", "two.default.svc.cluster.local:8080", "outbound|8080||two.default.svc.cluster.local")]
    [InlineData("odd", "block_all", "502")]
    [InlineData("db:5432", "block_all", "502")]
    public void Translate_RequestForHost_ReachesItsVirtualHost(string domain, string virtualHost, string target)
    {
        var mesh = new MeshBuilder().Service("default/reviews", "http:9080").Service("default/two", "http:80", "http-b:8080")
            .Service("default/odd", "http:8081", "http-b:8082").Service("default/db", "tcp:5432");
        var host = Translate(mesh).Route("http_proxy").Host(domain);
        Assert.Equal((virtualHost, target), (host.Name, host.Routes.Single().Target()));
    }

    [Theory]
    [InlineData("sourceLabels: {app: client}", "client", true)]
    [InlineData("sourceLabels: {app: other}", "client", false)]
    [InlineData("sourceNamespace: default", "client", true)]
    [InlineData("sourceNamespace: other", "client", false)]
    [InlineData("port: 9080", "client", true)]
    [InlineData("port: 80", "client", false)]
    [InlineData("gateways: [mesh]", "client", true)]
    [InlineData("gateways: [edge]", "client", false)]
    public void Translate_MatchOnTheCaller_IsDecidedAtTranslation(string match, string app, bool expected)
    {
        var mesh = new MeshBuilder().Service("default/reviews", "http:9080").Apply($$$"""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: a}
            spec:
              hosts: [reviews]
              gateways: [mesh, edge]
              http:
              - {match: [{ {{{match}}} }], directResponse: {status: 418}}
              - {route: [{destination: {host: reviews}}]}
            """);
        var resources = Translator.Translate(mesh.Build(), Proxies.Sidecar("default/client", $"app={app}"));
        Assert.Equal(expected, resources.Route("http_proxy").Host("reviews").Routes[0].Target() == "418");
    }

    [Fact]
    public void Translate_SeveralProxiesOfOneIndex_ShareRoutesOnlyWhereTheirLabelsDoNotMatter()
    {
        var index = MeshIndex.Build(new MeshBuilder().Service("default/reviews", "http:9080").Apply("""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: a}
            spec:
              hosts: [reviews]
              http: [{match: [{sourceLabels: {app: marked}}], directResponse: {status: 418}}, {route: [{destination: {host: nobody}}]}]
            """).Build());
        var marked = Translator.Translate(index, Proxies.Sidecar("default/a", "app=marked"));
        var one = Translator.Translate(index, Proxies.Sidecar("default/b", "app=b,version=v1"));
        var other = Translator.Translate(index, Proxies.Sidecar("default/c", "app=b,version=v2"));
        Assert.Equal(["418"], marked.Route("http_proxy").Host("reviews").Routes.Select(r => r.Target()));
        Assert.Equal(["outbound|9080||reviews.default.svc.cluster.local"], one.Route("http_proxy").Host("reviews").Routes.Select(r => r.Target()));
        Assert.Same(one.Routes["http_proxy"], other.Routes["http_proxy"]);
        Assert.Equal(one.Problems.AsEnumerable(), other.Problems);
        Assert.Equal("spec.http[1].route[0].destination.host", Assert.Single(other.Problems).Path);
        Assert.Equal(one.Dependencies.Order(), other.Dependencies.Order());
    }

    private static ProxyResources Translate(MeshBuilder mesh) =>
        Translator.Translate(mesh.Build(), Proxies.Sidecar("default/client", "app=client"));

    /// <summary>Written <c>namespace/name:host@exportTo#gateways</c>; its only rule is named as it is.</summary>
    private static string Yaml(string text)
    {
        var gateways = text.Contains('#') ? text[(text.IndexOf('#') + 1)..] : "mesh";
        var parts = text.Split('#')[0].Split('/', ':', '@');
        return $$$"""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: {{{parts[1]}}}, namespace: {{{parts[0]}}}}
            spec:
              hosts: ["{{{parts[2]}}}"]
              gateways: [{{{gateways}}}]
              exportTo: ["{{{(parts.Length > 3 ? parts[3] : "*")}}}"]
              http: [{name: {{{parts[1]}}}, directResponse: {status: 200}}]
            """;
    }
}
