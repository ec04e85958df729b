using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests.Outbound;

/// <summary>Hosts that ServiceEntries make known.</summary>
public sealed class ServiceEntryTests
{
    [Fact]
    public void Translate_Static_GetsItsEndpointsWithPortsWeightsAndLocalities()
    {
        var resources = Translate(Entry("""
            hosts: [db.example.com]
            ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]
            resolution: STATIC
            endpoints:
            - {address: 10.0.0.1, weight: 3, locality: eu/west, labels: {version: v1}}
            - {address: 10.0.0.2, ports: {http: 9090}}
            """));
        var assignment = resources.LoadAssignment("outbound|80||db.example.com");
        Assert.Equal(["10.0.0.2:9090", "10.0.0.1:8080"], assignment.Endpoints.SelectMany(l => l.LbEndpoints).Select(e => Text(e.Endpoint.Address)));
        Assert.Equal(["", "eu"], assignment.Endpoints.Select(l => l.Locality.Region));
        Assert.Equal([1u, 3u], assignment.Endpoints.Select(l => l.LoadBalancingWeight));
        Assert.Equal(Cluster.Types.DiscoveryType.Eds, resources.Cluster("outbound|80||db.example.com").Type);
        Assert.Equal(["db.example.com", "db.example.com:80"], resources.Route("http_proxy").Host("db.example.com").Domains);
        Assert.Empty(resources.Problems);
    }

    [Theory]
    [InlineData("DNS", Cluster.Types.DiscoveryType.StrictDns)]
    [InlineData("DNS_ROUND_ROBIN", Cluster.Types.DiscoveryType.LogicalDns)]
    [InlineData("NONE", Cluster.Types.DiscoveryType.StrictDns)]
    public void Translate_WithoutEndpoints_LooksUpTheHost(string resolution, Cluster.Types.DiscoveryType type)
    {
        var cluster = Translate(Entry($"hosts: [api.example.com]\nports: [{{number: 8080, name: http, protocol: HTTP}}]\nresolution: {resolution}"))
            .Cluster("outbound|8080||api.example.com");
        Assert.Equal(type, cluster.Type);
        Assert.Equal("api.example.com:8080", Text(Assert.Single(Assert.Single(cluster.LoadAssignment.Endpoints).LbEndpoints).Endpoint.Address));
        Assert.Null(cluster.EdsClusterConfig);
    }

    [Theory]
    [InlineData("NONE")]
    [InlineData("DYNAMIC_DNS")]
    public void Translate_Wildcard_GoesWhereTheRequestSays(string resolution)
    {
        var resources = Translate(Entry($"hosts: [\"*.example.com\"]\nports: [{{number: 80, name: http, protocol: HTTP}}]\nresolution: {resolution}"));
        var cluster = resources.Cluster("outbound|80||*.example.com");
        Assert.Equal(Cluster.Types.DiscoveryType.OriginalDst, cluster.Type);
        Assert.Equal(Cluster.Types.LbPolicy.ClusterProvided, cluster.LbPolicy);
        Assert.Equal("outbound|80||*.example.com", resources.Route("http_proxy").Host("a.example.com").Routes.Single().Target());
    }

    [Fact]
    public void Translate_VirtualServiceAndDestinationRuleOfTheHost_AreInForce()
    {
        var resources = Translate(Entry("""
            hosts: [api.example.com]
            ports: [{number: 80, name: http, protocol: HTTP}]
            resolution: STATIC
            endpoints: [{address: 10.0.0.1, labels: {version: v1}}, {address: 10.0.0.2, labels: {version: v2}}]
            """) + """

            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: api}
            spec: {host: api.example.com, subsets: [{name: v2, labels: {version: v2}}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: api}
            spec:
              hosts: [api.example.com]
              http: [{timeout: 1s, route: [{destination: {host: api.example.com, subset: v2}}]}]
            """);
        Assert.Equal("outbound|80|v2|api.example.com", resources.Route("http_proxy").Host("api.example.com").Routes.Single().Target());
        Assert.Equal("10.0.0.2:80", Text(Assert.Single(resources.LoadAssignment("outbound|80|v2|api.example.com").Endpoints).LbEndpoints.Single().Endpoint.Address));
    }

    [Fact]
    public void Translate_WorkloadSelector_TakesRegisteredWorkloads()
    {
        var mesh = new MeshBuilder().Workload("default/vm-1", "127.77.1.5", "app=vm").Apply(Entry("""
            hosts: [vm.internal.example]
            ports: [{number: 80, name: http, protocol: HTTP}]
            location: MESH_INTERNAL
            resolution: STATIC
            workloadSelector: {labels: {app: vm}}
            """));
        var resources = Translator.Translate(mesh.Build(), Client);
        Assert.Equal("127.77.1.5:80", Text(resources.LoadAssignment("outbound|80||vm.internal.example").Endpoints.Single().LbEndpoints.Single().Endpoint.Address));
    }

    [Theory]
    [InlineData(".", false)]
    [InlineData("\"*\"", true)]
    [InlineData("default", true)]
    public void Translate_ExportTo_DecidesWhoSeesIt(string exportTo, bool visible)
    {
        var resources = Translate(Entry($"hosts: [api.example.com]\nports: [{{number: 80, name: http, protocol: HTTP}}]\nresolution: DNS\nexportTo: [{exportTo}]", "other"));
        Assert.Equal(visible, resources.Clusters.ContainsKey("outbound|80||api.example.com"));
    }

    [Fact]
    public void Translate_TwoForOneHost_TheCallersOwnNamespaceWins()
    {
        var resources = Translate(
            Entry("hosts: [api.example.com]\nports: [{number: 80, name: http, protocol: HTTP}]\nresolution: STATIC\nendpoints: [{address: 10.0.0.1}]", "other") + "\n---\n"
            + Entry("hosts: [api.example.com]\nports: [{number: 80, name: http, protocol: HTTP}]\nresolution: STATIC\nendpoints: [{address: 10.0.0.2}]"));
        Assert.Equal("10.0.0.2:80", Text(resources.LoadAssignment("outbound|80||api.example.com").Endpoints.Single().LbEndpoints.Single().Endpoint.Address));
    }

    [Fact]
    public void Translate_PortsThatAreNotHttp_AreReported()
    {
        var resources = Translate(Entry("hosts: [api.example.com]\nports: [{number: 443, name: tls, protocol: TLS}]\nresolution: DNS"));
        Assert.Contains(resources.Problems, p => p is { Path: "spec.ports" } && p.Reason.StartsWith("Port 443 is not HTTP", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"*\"", true)]
    [InlineData("default", true)]
    [InlineData("other", false)]
    public void Translate_ServiceWithExportToAnnotation_IsSeenThereOnly(string exportTo, bool visible)
    {
        var resources = Translate($$$"""
            apiVersion: v1
            kind: Service
            metadata: {name: shop, namespace: other, annotations: {networking.istio.io/exportTo: {{{exportTo}}}}}
            spec: {ports: [{name: http, port: 80}]}
            """);
        Assert.Equal(visible, resources.Clusters.ContainsKey("outbound|80||shop.other.svc.cluster.local"));
    }

    private static ProxyDescriptor Client { get; } = Proxies.Sidecar("default/client", "app=client");

    private static ProxyResources Translate(string yaml) => Translator.Translate(new MeshBuilder().Apply(yaml).Build(), Client);

    private static string Text(Address address) => $"{address.SocketAddress.Address}:{address.SocketAddress.PortValue}";

    private static string Entry(string spec, string @namespace = "default") =>
        $"apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {{name: entry, namespace: {@namespace}}}\nspec:\n  " + spec.Replace("\n", "\n  ", StringComparison.Ordinal);
}
