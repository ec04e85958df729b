using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests.Routing;

/// <summary>Objects in the wrong order: what requests get meanwhile, and what the object is said to wait for.</summary>
public sealed class WaitingRulesTests
{
    private const string Host = "reviews.default.svc.cluster.local";

    private static readonly ProxyDescriptor Proxy = Proxies.Sidecar("default/client", "app=client");

    private static MeshBuilder Mesh() => new MeshBuilder().Service("default/reviews", "http:9080").Service("default/other", "http:9080");

    [Fact]
    public void RouteBeforeItsSubset_NothingBefore_IsTheServiceItselfUntilTheSubsetIsThere()
    {
        var index = MeshIndex.Build(Mesh().Apply(Routes("subset: v1")).Build());
        Assert.Equal($"outbound|9080||{Host}", Target(index));
        var problem = Assert.Single(Translator.Translate(index, Proxy).Problems);
        Assert.Equal("spec.http[0].route[0].destination.subset", problem.Path);
        Assert.Equal(($"waits for subset v1 of {Host}, which no DestinationRule in force defines", true), (problem.Reason, problem.IsWaiting));

        index = MeshIndex.Build(Mesh().Apply(Routes("subset: v1")).Apply(Subsets("v1")).Build(), index);

        Assert.Equal($"outbound|9080|v1|{Host}", Target(index));
        Assert.Empty(Translator.Translate(index, Proxy).Problems);
    }

    [Fact]
    public void RouteBeforeItsSubset_OneInForceBefore_StaysUntilTheSubsetIsThere()
    {
        var index = MeshIndex.Build(Mesh().Apply(Subsets("v1")).Apply(Routes("subset: v1")).Build());
        foreach (var change in new[] { "subset: v2", "subset: v3", "subset: v2" })
        {
            index = MeshIndex.Build(Mesh().Apply(Subsets("v1")).Apply(Routes(change)).Build(), index);
            Assert.Equal($"outbound|9080|v1|{Host}", Target(index));
            Assert.Contains("waits for subset", Assert.Single(Translator.Translate(index, Proxy).Problems).Reason, StringComparison.Ordinal);
        }

        index = MeshIndex.Build(Mesh().Apply(Subsets("v1", "v2")).Apply(Routes("subset: v2")).Build(), index);

        Assert.Equal($"outbound|9080|v2|{Host}", Target(index));
    }

    [Fact]
    public void RouteBeforeItsSubset_WhatWasInForceIsGoneToo_IsTheServiceItself()
    {
        var index = MeshIndex.Build(Mesh().Apply(Subsets("v1")).Apply(Routes("subset: v1")).Build());

        index = MeshIndex.Build(Mesh().Apply(Routes("subset: v2")).Build(), index);

        Assert.Equal($"outbound|9080||{Host}", Target(index));
    }

    [Fact]
    public void RouteBeforeItsSubset_ItsFormerHeadersAndTimeout_StayToo()
    {
        var index = MeshIndex.Build(Mesh().Apply(Subsets("v1")).Apply(Routes("subset: v1", "timeout: 3s, headers: {request: {set: {a: b}}}")).Build());

        index = MeshIndex.Build(Mesh().Apply(Subsets("v1")).Apply(Routes("subset: v2", "timeout: 9s")).Build(), index);

        var route = Translator.Translate(index, Proxy).Route("http_proxy").Host("reviews").Routes[0];
        Assert.Equal((3, 1), (route.Route_.Timeout.Seconds, route.RequestHeadersToAdd.Count));
    }

    [Fact]
    public void RouteBeforeItsSubset_AfterARestart_StaysAsItWas()
    {
        var whole = Mesh().Apply(Subsets("v1")).Apply(Routes("subset: v1")).Build();
        var waiting = Mesh().Apply(Subsets("v1")).Apply(Routes("subset: v2")).Build();
        var index = MeshIndex.Build(whole);
        // What a writer gets that is ahead of the index, and one that is not.
        var ahead = index.FormerRoutes(waiting);
        index = MeshIndex.Build(waiting, index);
        Assert.Equal(ahead.Keys, index.FormerRoutes(waiting).Keys);

        foreach (var former in new[] { ahead, index.FormerRoutes(waiting) })
        {
            var again = MeshIndex.BuildAnew(waiting, MeshIndex.Restore(waiting, former));
            Assert.Equal($"outbound|9080|v1|{Host}", Target(again));
            // A second restart too.
            Assert.Equal($"outbound|9080|v1|{Host}", Target(MeshIndex.BuildAnew(waiting, MeshIndex.Restore(waiting, again.FormerRoutes(waiting)))));
        }
        // The change came while the process was away.
        Assert.Equal($"outbound|9080|v1|{Host}", Target(MeshIndex.BuildAnew(waiting, MeshIndex.Restore(whole, MeshIndex.Empty.FormerRoutes(MeshIndex.Empty.Snapshot)))));
    }

    [Fact]
    public void RouteBeforeItsSubset_ADelegatesRuleAfterARestart_StaysAsItWas()
    {
        var whole = Mesh().Apply(Subsets("v1")).Apply(Delegating).Apply(Delegate("v1")).Build();
        var waiting = Mesh().Apply(Subsets("v1")).Apply(Delegating).Apply(Delegate("v2")).Build();
        var former = MeshIndex.Build(waiting, MeshIndex.Build(whole)).FormerRoutes(waiting);

        Assert.Equal(2, Assert.Single(former).Value.Length);
        Assert.Equal($"outbound|9080|v1|{Host}", Target(MeshIndex.BuildAnew(waiting, MeshIndex.Restore(waiting, former))));
    }

    [Fact]
    public void RouteBeforeItsSubset_FormerRuleWasForOtherCallers_IsTheServiceItself()
    {
        static string For(string app, string subset) => Routes($"subset: {subset}", $"match: [{{sourceLabels: {{app: {app}}}}}]");
        var index = MeshIndex.Build(Mesh().Apply(Subsets("v1")).Apply(For("other", "v1")).Build());

        index = MeshIndex.Build(Mesh().Apply(Subsets("v1")).Apply(For("client", "v2")).Build(), index);

        Assert.Equal($"outbound|9080||{Host}", Translator.Translate(index, Proxy).Route("http_proxy").Host("reviews").Routes[0].Target());
    }

    [Fact]
    public void DelegatingRuleBeforeItsDelegate_SaysWhatItWaitsFor()
    {
        var problem = Assert.Single(Translator.Translate(Mesh().Apply(Delegating).Build(), Proxy).Problems);

        Assert.Equal((true, "spec.http[0].delegate"), (problem.IsWaiting, problem.Path));
        Assert.StartsWith("waits for VirtualService default/part ", problem.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void SubsetRemovedBeforeItsRoute_IsTheServiceItself()
    {
        var index = MeshIndex.Build(Mesh().Apply(Routes("subset: v1")).Apply(Subsets("v1")).Build());

        index = MeshIndex.Build(Mesh().Apply(Routes("subset: v1")).Build(), index);

        Assert.Equal($"outbound|9080||{Host}", Target(index));
    }

    [Fact]
    public void GatewayRouteBeforeItsService_IsAsUnknownAsBefore()
    {
        var mesh = new MeshBuilder().Apply("""
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: shop}
            spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: shop}
            spec: {hosts: [shop.example.com], gateways: [shop], http: [{route: [{destination: {host: late}}]}]}
            """);

        Assert.Equal("404", Target(mesh));
        Assert.Equal("outbound|80||late.default.svc.cluster.local", Target(mesh.Service("default/late", "http:80")));

        static string Target(MeshBuilder mesh) => Translator.Translate(mesh.Build(), Proxies.Gateway()).Route("http.80").Host("shop.example.com").Routes[0].Target();
    }

    private const string Delegating = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec: {hosts: [reviews], http: [{delegate: {name: part}}]}
        """;

    private static string Delegate(string subset) => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: part}
        spec: {http: [{route: [{destination: {host: reviews, subset: {{subset}} } }] }] }
        """;

    private static string Target(MeshIndex index) => Translator.Translate(index, Proxy).Route("http_proxy").Host("reviews").Routes.Single().Target();

    private static string Routes(string destination, string more = "name: r") => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http: [{route: [{destination: {host: reviews, {{destination}} } }], {{more}} }]
        """;

    private static string Subsets(params string[] names) => $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: reviews}
        spec:
          host: reviews
          subsets: [{{string.Join(", ", names.Select(Subset))}}]
        """;

    private static string Subset(string name) => "{name: " + name + ", labels: {version: " + name + "}}";
}
