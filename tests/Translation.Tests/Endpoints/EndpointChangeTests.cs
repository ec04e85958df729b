using Mesh.Core.Identity;
using Mesh.Core.Snapshots;
using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests.Endpoints;

/// <summary>The short way after a change of workloads gives what a whole translation would, and touches nothing else.</summary>
public sealed class EndpointChangeTests
{
    private const string Reviews = "outbound|9080||reviews.default.svc.cluster.local";

    [Fact]
    public void TranslateEndpoints_HealthChanges_AltersThatServicesEndpointsAlone()
    {
        var (before, after) = Change(w => w with { Health = WorkloadHealth.Unhealthy });
        Assert.Equal([Reviews], Different(before.Endpoints, after.Endpoints));
        Assert.Same(before.Clusters, after.Clusters);
        Assert.Same(before.Listeners, after.Listeners);
        Assert.Same(before.Routes, after.Routes);
    }

    [Fact]
    public void TranslateEndpoints_ServiceAccountChanges_AltersItsClusterToo()
    {
        var (before, after) = Change(w => w with { ServiceAccount = "other" });
        Assert.Equal([Reviews], Different(before.Endpoints, after.Endpoints).Union(Different(before.Clusters, after.Clusters)));
        Assert.NotEqual(before.Clusters[Reviews].Version, after.Clusters[Reviews].Version);
        Assert.Same(before.Listeners, after.Listeners);
        Assert.Same(before.Routes, after.Routes);
    }

    [Fact]
    public void TranslateEndpoints_WorkloadLeavesItsService_IsGone()
    {
        var (_, after) = Change(w => w with { Labels = MeshBuilder.ParseLabels("app=else") });
        Assert.Empty(after.LoadAssignment(Reviews).Endpoints);
    }

    [Fact]
    public void TranslateEndpoints_WorkloadOfNoService_ChangesNothing()
    {
        var mesh = Mesh().Workload("default/lonely", "127.77.1.8", "app=lonely");
        var index = MeshIndex.Build(mesh.Build());
        var before = Translator.Translate(index, Client);
        var id = new WorkloadId("default", "lonely");
        var change = index.WithWorkloads(index.Snapshot with { Workloads = index.Snapshot.Workloads.Remove(id) }, [id]);
        Assert.Empty(change.Services);
        Assert.Same(before, Translator.TranslateEndpoints(change.Index, Client, before, change.Services));
    }

    [Fact]
    public void TranslateEndpoints_PeersOfAProxyThatMindsZones_AreCountedAnew()
    {
        var mesh = Mesh().Apply("""
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: zones}
            spec: {host: reviews, trafficPolicy: {loadBalancer: {zoneAwareLbSetting: {enabled: true}}}}
            """)
            .Workload("default/client-1", "127.77.1.31", "app=client", w => w with { WorkloadName = "client", Locality = "r1/z1" })
            .Workload("default/client-2", "127.77.1.32", "app=client", w => w with { WorkloadName = "client", Locality = "r1/z2" });
        var proxy = Client with { WorkloadName = "client", Locality = "r1/z1" };
        var index = MeshIndex.Build(mesh.Build());
        var before = Translator.Translate(index, proxy);
        Assert.True(Translator.FollowsPeers(before));
        Assert.Equal("r1/z1/ 1, r1/z2/ 1", Peers(before));

        var id = new WorkloadId("default", "client-2");
        var change = index.WithWorkloads(index.Snapshot with { Workloads = index.Snapshot.Workloads.Remove(id) }, [id]);
        var after = Translator.TranslateEndpoints(change.Index, proxy, before, change.Services);

        Assert.Equal("r1/z1/ 1", Peers(after));
        Assert.Same(before.Clusters, after.Clusters);
        Assert.Equal(after.Endpoints[Translator.PeersName].Version, Translator.Translate(change.Index, proxy).Endpoints[Translator.PeersName].Version);
        Assert.False(Translator.FollowsPeers(Translator.Translate(MeshIndex.Build(Mesh().Build()), proxy)));
    }

    private static string Peers(ProxyResources resources) => string.Join(", ", resources.LoadAssignment(Translator.PeersName).Endpoints
        .Select(g => $"{g.Locality.Region}/{g.Locality.Zone}/{g.Locality.SubZone} {g.LoadBalancingWeight}"));

    [Fact]
    public void Translate_CallersThatARuleChooses_ShareAllElse()
    {
        var mesh = Mesh().Apply("""
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: chosen}
            spec: {host: reviews, workloadSelector: {matchLabels: {tier: front}}, trafficPolicy: {connectionPool: {tcp: {connectTimeout: 7s}}}}
            """);
        var index = MeshIndex.Build(mesh.Build());
        var plain = Translator.Translate(index, Client).Clusters;
        var chosen = Translator.Translate(index, Client with { Labels = MeshBuilder.ParseLabels("tier=front") }).Clusters;
        Assert.Equal(["7s", "10s"], new[] { chosen, plain }.Select(c => c[Reviews].Body.Unpack<Envoy.Config.Cluster.V3.Cluster>().ConnectTimeout.ToTimeSpan().TotalSeconds + "s"));
        Assert.All(plain.Keys.Where(k => k.StartsWith("outbound", StringComparison.Ordinal) && k != Reviews), name => Assert.Same(plain[name], chosen[name]));
    }

    [Theory]
    [InlineData(ProxyDialect.Mesh, ProxyRole.Sidecar)]
    [InlineData(ProxyDialect.Grpc, ProxyRole.Sidecar)]
    [InlineData(ProxyDialect.Mesh, ProxyRole.Gateway)]
    public void TranslateEndpoints_ManyChanges_EqualsWholeTranslation(ProxyDialect dialect, ProxyRole role)
    {
        var proxy = (role == ProxyRole.Gateway ? Proxies.Gateway() : Client) with { Dialect = dialect };
        var random = new Random(17);
        var index = MeshIndex.Build(Mesh().Build());
        var resources = Translator.Translate(index, proxy);
        for (var step = 0; step < 200; step++)
        {
            var (snapshot, id) = Mutate(index.Snapshot, random);
            var change = index.WithWorkloads(snapshot, [id]);
            resources = Translator.TranslateEndpoints(change.Index, proxy, resources, change.Services);
            index = change.Index;
            var whole = Translator.Translate(snapshot, proxy);
            Assert.Equal(whole.Endpoints.Select(e => e.Value.Version), resources.Endpoints.Select(e => e.Value.Version));
            Assert.Equal(whole.Clusters.Select(e => e.Value.Version), resources.Clusters.Select(e => e.Value.Version));
        }
    }

    private static ProxyDescriptor Client { get; } = Proxies.Sidecar("default/client", "app=client");

    private static MeshBuilder Mesh() => new MeshBuilder()
        .Service("default/reviews", "http:9080").Service("default/cart", "http:80", "grpc:90")
        .Workload("default/reviews-1", "127.77.1.1", "app=reviews").Workload("default/cart-1", "127.77.1.2", "app=cart").Apply("""
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: cart}
            spec: {host: cart, subsets: [{name: v1, labels: {version: v1}}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: edge}
            spec: {hosts: ["*"], gateways: [edge], http: [{route: [{destination: {host: cart, subset: v1, port: {number: 80}}}]}]}
            """);

    private static (ProxyResources Before, ProxyResources After) Change(Func<Workload, Workload> change)
    {
        var index = MeshIndex.Build(Mesh().Build());
        var before = Translator.Translate(index, Client);
        var id = new WorkloadId("default", "reviews-1");
        var workloads = index.Snapshot.Workloads;
        var next = index.WithWorkloads(index.Snapshot with { Workloads = workloads.SetItem(id, change(workloads[id])) }, [id]);
        return (before, Translator.TranslateEndpoints(next.Index, Client, before, next.Services));
    }

    private static (MeshSnapshot Snapshot, WorkloadId Changed) Mutate(MeshSnapshot snapshot, Random random)
    {
        var id = new WorkloadId("default", $"w{random.Next(6)}");
        if (random.Next(4) == 0) return (snapshot with { Workloads = snapshot.Workloads.Remove(id) }, id);
        var labels = $"app={(random.Next(2) == 0 ? "cart" : "reviews")},version=v{random.Next(2)}";
        var workload = new Workload
        {
            Id = id,
            WorkloadName = id.Name,
            ServiceAccount = $"sa{random.Next(2)}",
            Address = $"127.77.2.{id.Name[1..]}",
            Labels = MeshBuilder.ParseLabels(labels),
            Node = "node-1",
            HasSidecar = random.Next(3) > 0,
            Health = (WorkloadHealth)random.Next(3),
        };
        return (snapshot with { Workloads = snapshot.Workloads.SetItem(id, workload) }, id);
    }

    private static IEnumerable<string> Different(
        IReadOnlyDictionary<string, ProxyResource> before, IReadOnlyDictionary<string, ProxyResource> after) =>
        after.Where(a => before[a.Key].Version != a.Value.Version).Select(a => a.Key);
}
