using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests.Routing;

public sealed class MissingDestinationTests
{
    [Theory]
    [InlineData("{host: reviews, subset: v9}, weight: 10", ".subset")]
    [InlineData("{host: nobody}, weight: 10", ".host")]
    [InlineData("{host: reviews, port: {number: 1}}, weight: 10", ".port")]
    public void Translate_OneTargetMissing_OthersTakeItsShare(string destination, string field)
    {
        var resources = Translate($$"""
            - route:
              - {destination: {host: reviews}, weight: 90}
              - {destination: {{destination}}}
            """);
        Assert.Equal("outbound|9080||reviews.default.svc.cluster.local", resources.Route("http_proxy").Host("reviews").Routes.Single().Target());
        Assert.Equal("spec.http[0].route[1].destination" + field, Assert.Single(resources.Problems).Path);
    }

    [Fact]
    public void Translate_AllTargetsMissing_RoutesAsWithoutTheRuleAndDoesNotFallThrough()
    {
        var resources = Translate("""
            - match: [{uri: {prefix: /admin}}]
              route: [{destination: {host: nobody}}]
            - directResponse: {status: 418}
            """);
        Assert.Equal(
            ["outbound|9080||reviews.default.svc.cluster.local", "418"], resources.Route("http_proxy").Host("reviews").Routes.Select(r => r.Target()));
    }

    [Fact]
    public void Translate_OnlyTargetsWithoutShareExist_WaitsForTheOther()
    {
        var resources = Translate("""
            - route:
              - {destination: {host: reviews}, weight: 0}
              - {destination: {host: nobody}, weight: 100}
            """);
        Assert.Equal("outbound|9080||reviews.default.svc.cluster.local", resources.Route("http_proxy").Host("reviews").Routes.Single().Target());
    }

    private static ProxyResources Translate(string rules)
    {
        var indented = string.Join('\n', rules.Split('\n').Select(l => "  " + l));
        var mesh = new MeshBuilder().Service("default/reviews", "http:9080").Apply($"""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata:
              name: reviews
            spec:
              hosts: [reviews]
              http:

            """ + indented);
        return Translator.Translate(mesh.Build(), Proxies.Sidecar("default/client", "app=client"));
    }
}
