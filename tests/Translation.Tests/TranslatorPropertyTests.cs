using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Mesh.Core.Resources.Networking;
using Mesh.Core.Snapshots;
using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests;

/// <summary>What must hold of every configuration, tried on meshes made at random from fixed seeds.</summary>
public sealed class TranslatorPropertyTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 25)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Translate_AnyMesh_ReferencesOnlyWhatIsThere(int seed)
    {
        var snapshot = RandomMesh.Make(seed).Build();
        foreach (var proxy in RandomMesh.Proxies)
        {
            var resources = Translator.Translate(snapshot, proxy);
            foreach (var cluster in Routes(resources).SelectMany(Clusters).Concat(Streams(resources))) Assert.Contains(cluster, resources.Clusters.Keys);
            foreach (var cluster in resources.Clusters.Keys.Where(c => c.StartsWith("outbound|", StringComparison.Ordinal)))
                Assert.Equal(cluster, resources.LoadAssignment(cluster).ClusterName);
            foreach (var name in resources.Routes.Keys)
            {
                var domains = resources.Route(name).VirtualHosts.SelectMany(h => h.Domains).ToList();
                Assert.Equal(domains.Distinct().Order(), domains.Order());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Translate_SameMeshInAnotherOrder_GivesTheSameBytes(int seed)
    {
        var mesh = RandomMesh.Make(seed);
        foreach (var proxy in RandomMesh.Proxies)
        {
            var expected = Bytes(Translator.Translate(mesh.Build(), proxy));
            Assert.Equal(expected, Bytes(Translator.Translate(mesh.BuildShuffled(seed), proxy)));
            Assert.Equal(expected, Bytes(Translator.Translate(mesh.BuildShuffled(seed + 1), proxy)));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Build_OnAPreviousIndex_GivesWhatAFreshOneGives(int seed)
    {
        MeshSnapshot next = RandomMesh.Make(seed + 1000).Build();
        var first = RandomMesh.Make(seed).Build();
        // A VirtualService that waits for a destination keeps what it was before, which a fresh index does not know: the same ones in both.
        var routes = next.Objects.Where(o => o.Value.Spec is VirtualService);
        var previous = MeshIndex.Build(first with { Objects = first.Objects.RemoveRange(first.Objects.Where(o => o.Value.Spec is VirtualService).Select(o => o.Key)).SetItems(routes) });
        foreach (var proxy in RandomMesh.Proxies) Translator.Translate(previous, proxy);
        var mixed = next with { Objects = previous.Snapshot.Objects.Take(10).Aggregate(next.Objects, (all, o) => all.SetItem(o.Key, o.Value)) };
        var index = MeshIndex.Build(mixed, previous);
        foreach (var proxy in RandomMesh.Proxies)
            Assert.Equal(Bytes(Translator.Translate(mixed, proxy)), Bytes(Translator.Translate(index, proxy)));
    }

    [Fact]
    public void Build_UnrelatedChange_KeepsTheSameInstances()
    {
        var mesh = new MeshBuilder().Service("default/a", "http:80").Service("default/b", "http:80");
        var proxy = Proxies.Sidecar("default/client", "app=client");
        var before = MeshIndex.Build(mesh.Build());
        var first = Translator.Translate(before, proxy);
        var after = MeshIndex.Build(mesh.Apply("""
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: a}
            spec: {host: a, trafficPolicy: {loadBalancer: {simple: RANDOM}}}
            """).Build(), before);
        var second = Translator.Translate(after, proxy);
        Assert.NotEqual(first.Clusters["outbound|80||a.default.svc.cluster.local"].Version, second.Clusters["outbound|80||a.default.svc.cluster.local"].Version);
        Assert.Same(first.Clusters["outbound|80||b.default.svc.cluster.local"], second.Clusters["outbound|80||b.default.svc.cluster.local"]);
    }

    private static IEnumerable<string> Bytes(ProxyResources resources) =>
        new[] { resources.Listeners, resources.Routes, resources.Clusters, resources.Endpoints }
            .SelectMany(t => t.Values.Select(r => $"{r.Name} {r.Version} {r.Body.Value.ToBase64()}"))
            .Concat(resources.Dependencies.Select(d => d.ToString())).Concat(resources.Problems.Select(p => p.ToString())).ToList();

    private static IEnumerable<Route> Routes(ProxyResources resources) =>
        resources.Routes.Keys.SelectMany(r => resources.Route(r).VirtualHosts.SelectMany(h => h.Routes));

    private static IEnumerable<string> Streams(ProxyResources resources) =>
        from name in resources.Listeners.Keys
        from chain in resources.Listener(name).FilterChains
        from filter in chain.Filters
        where filter.TypedConfig.Is(TcpProxy.Descriptor)
        let proxy = filter.TypedConfig.Unpack<TcpProxy>()
        from cluster in proxy.WeightedClusters is { } weighted ? weighted.Clusters.Select(c => c.Name) : [proxy.Cluster]
        select cluster;

    private static IEnumerable<string> Clusters(Route route) => route.Route_ switch
    {
        null => [],
        { WeightedClusters: { } weighted } => weighted.Clusters.Select(c => c.Name),
        var action => [action.Cluster],
    };
}
