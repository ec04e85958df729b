using Envoy.Config.Endpoint.V3;
using Mesh.Translation.Tests.Builders;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Translation.Tests.Endpoints;

/// <summary>Priorities and weights of localities, as a caller in r1/z1/s1 gets them.</summary>
public sealed class LocalityTests
{
    private const string Name = "outbound|80||shop.default.svc.cluster.local";

    [Theory]
    // Nothing to tell a failing endpoint by: all alike.
    [InlineData("loadBalancer: {simple: RANDOM}", "", "a0 b0 c0 d0 e0")]
    [InlineData("outlierDetection: {}", "", "a0 b1 c2 d3 e3")]
    [InlineData("outlierDetection: {interval: 1s}\nloadBalancer: {localityLbSetting: {failover: [{from: r1, to: r3}]}}", "", "a0 b1 c2 e3 d4")]
    [InlineData("outlierDetection: {interval: 1s}\nloadBalancer: {localityLbSetting: {enabled: false}}", "", "a0 b0 c0 d0 e0")]
    // The caller is of version v1: those alike first, then by zone of them none.
    [InlineData("outlierDetection: {interval: 1s}\nloadBalancer: {localityLbSetting: {failoverPriority: [version, topology.kubernetes.io/zone]}}", "", "a0 d0 e0 b1 c1")]
    [InlineData("loadBalancer: {simple: RANDOM}", "PreferClose", "a0 b1 c2 d3 e3")]
    [InlineData("loadBalancer: {localityLbSetting: {enabled: false}}", "PreferClose", "a0 b0 c0 d0 e0")]
    // Zones are the proxy's to mind, regions are priorities, also without outlier detection; labels come before regions.
    [InlineData("loadBalancer: {zoneAwareLbSetting: {}}", "", "a0 b0 c0 d1 e1")]
    [InlineData("loadBalancer: {zoneAwareLbSetting: {failover: [{from: r1, to: r3}]}}", "PreferClose", "a0 b0 c0 e1 d2")]
    [InlineData("loadBalancer: {zoneAwareLbSetting: {failoverPriority: [version], failover: [{from: r1, to: r3}]}}", "", "a0 e1 d2 b3 c3")]
    [InlineData("loadBalancer: {zoneAwareLbSetting: {enabled: false}}", "", "a0 b0 c0 d0 e0")]
    [InlineData("loadBalancer: {simple: PASSTHROUGH}", "PreferClose", "a0 b0 c0 d0 e0")]
    public void Priorities_FollowThePlaceOfTheCaller(string policy, string distribution, string expected)
    {
        var (_, assignment) = Translate(policy, distribution);
        var found = assignment.Endpoints.SelectMany(g => g.LbEndpoints.Select(e => $"{Letter(e)}{g.Priority}"));
        Assert.Equal(expected, string.Join(' ', found.OrderBy(f => f[1]).ThenBy(f => f[0])));
    }

    [Fact]
    public void Distribute_SharesAreOfTheLocalitiesTheyName()
    {
        var (cluster, assignment) = Translate("loadBalancer: {localityLbSetting: {distribute: [{from: r1/*, to: {r1/*: 80, r2/*: 20}}]}}", "");
        Assert.NotNull(cluster.CommonLbConfig.LocalityWeightedLbConfig);
        var weights = assignment.Endpoints.ToDictionary(g => string.Concat(g.LbEndpoints.Select(Letter)), g => g.LoadBalancingWeight!.Value);
        // Three localities share the 80 of r1 by their endpoints; nobody names r3.
        Assert.Equal(["a", "b", "c", "d"], weights.Keys.Order());
        Assert.Equal(weights["a"], weights["b"]);
        Assert.InRange(weights["a"] + weights["b"] + weights["c"], 7998u, 8002u);
        Assert.Equal(2000u, weights["d"]);
    }

    private static string Letter(LbEndpoint endpoint) => ((char)('a' + int.Parse(endpoint.Endpoint.Address.SocketAddress.Address.Split('.')[3], System.Globalization.CultureInfo.InvariantCulture) - 11)).ToString();

    private static (XdsCluster, ClusterLoadAssignment) Translate(string policy, string distribution)
    {
        var mesh = new MeshBuilder().Apply($$"""
            apiVersion: v1
            kind: Service
            metadata: {name: shop, namespace: default}
            spec: {selector: {app: shop}, ports: [{name: http, port: 80}], trafficDistribution: "{{distribution}}"}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: shop}
            spec:
              host: shop
              trafficPolicy:
                {{policy.Replace("\n", "\n    ", StringComparison.Ordinal)}}
            """);
        string[] localities = ["r1/z1/s1", "r1/z1/s2", "r1/z2/s1", "r2/z1/s1", "r3/z1/s1"];
        string[] versions = ["v1", "v2", "v2", "v1", "v1"];
        for (var i = 0; i < localities.Length; i++)
        {
            var locality = localities[i];
            mesh.Workload($"default/shop-{i}", $"127.77.1.{11 + i}", $"app=shop,version={versions[i]}", w => w with { Locality = locality });
        }
        var resources = Translator.Translate(mesh.Build(), Proxies.Sidecar("default/client", "app=client,version=v1") with { Locality = "r1/z1/s1" });
        return (resources.Cluster(Name), resources.LoadAssignment(Name));
    }
}
