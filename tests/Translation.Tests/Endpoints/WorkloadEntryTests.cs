using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests.Endpoints;

/// <summary>WorkloadEntry objects and written endpoints: whose endpoints they are, where, and how they are secured.</summary>
public sealed class WorkloadEntryTests
{
    private static readonly ProxyDescriptor Proxy = Proxies.Sidecar("default/client", "app=client");

    private const string Vm = """
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: vm-1}
        spec: {address: 10.0.0.9, labels: {app: reviews, version: v2}, ports: {http: 9999}, weight: 3, locality: eu/west, serviceAccount: vm}
        """;

    [Fact]
    public void Translate_AnEntryThatAServiceSelects_IsOneOfItsEndpoints()
    {
        var mesh = new MeshBuilder().Service("default/reviews", "http:9080", "tcp:7000").Service("other/reviews", "http:9080").Workload("default/reviews-1", "127.77.1.2", "app=reviews").Apply(Vm);

        var resources = Translator.Translate(mesh.Build(), Proxy);

        Assert.Equal(["127.77.1.2:9080 1", "10.0.0.9:9999 3"], Endpoints(resources.LoadAssignment("outbound|9080||reviews.default.svc.cluster.local")));
        Assert.Equal(["127.77.1.2:7000 1", "10.0.0.9:7000 3"], Endpoints(resources.LoadAssignment("outbound|7000||reviews.default.svc.cluster.local")));
        Assert.Empty(Endpoints(resources.LoadAssignment("outbound|9080||reviews.other.svc.cluster.local")));
        Assert.Contains("spiffe://cluster.local/ns/default/sa/vm", Accepted(resources.Cluster("outbound|9080||reviews.default.svc.cluster.local")));
    }

    [Fact]
    public void Translate_AnEntryThatAServiceEntrySelects_IsOneOfItsEndpointsAndOfItsSubsets()
    {
        var mesh = new MeshBuilder().Apply(Vm).Apply("""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: vm}
            spec: {hosts: [vm.example.com], location: MESH_INTERNAL, resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}], workloadSelector: {labels: {app: reviews}}}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: vm}
            spec: {host: vm.example.com, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}
            """);

        var resources = Translator.Translate(mesh.Build(), Proxy);

        Assert.Equal(["10.0.0.9:9999 3"], Endpoints(resources.LoadAssignment("outbound|80|v2|vm.example.com")));
        Assert.Empty(Endpoints(resources.LoadAssignment("outbound|80|v1|vm.example.com")));
    }

    [Theory]
    [InlineData("labels: {app: reviews}", false)]
    [InlineData("labels: {app: reviews}, serviceAccount: vm", true)]
    [InlineData("labels: {app: reviews, security.istio.io/tlsMode: istio}", true)]
    [InlineData("labels: {app: reviews, security.istio.io/tlsMode: disabled}, serviceAccount: vm", false)]
    public void Translate_AnEntry_SpeaksMutualTlsAsItsLabelSaysElseWithAServiceAccount(string spec, bool isMutual)
    {
        var mesh = new MeshBuilder().Service("default/reviews", "http:9080").Apply($$"""
            apiVersion: networking.istio.io/v1
            kind: WorkloadEntry
            metadata: {name: vm}
            spec: {address: 10.0.0.9, {{spec}}}
            """);

        var endpoint = Translator.Translate(mesh.Build(), Proxy).LoadAssignment("outbound|9080||reviews.default.svc.cluster.local").Endpoints[0].LbEndpoints[0];

        Assert.Equal(isMutual, endpoint.Metadata.FilterMetadata.ContainsKey("envoy.transport_socket_match"));
    }

    [Theory]
    [InlineData("unix:///run/app.sock", "/run/app.sock")]
    [InlineData("unix://@app", "@app")]
    public void Translate_ASocket_IsDialled(string address, string path)
    {
        var mesh = new MeshBuilder().Apply($$"""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: local}
            spec: {hosts: [local.example.com], location: MESH_INTERNAL, resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}], endpoints: [{address: '{{address}}'}]}
            """);

        Assert.Equal([path + " 1"], Endpoints(Translator.Translate(mesh.Build(), Proxy).LoadAssignment("outbound|80||local.example.com")));
    }

    [Fact]
    public void Translate_WhatCannotBeDialled_IsNamed()
    {
        var mesh = new MeshBuilder().Service("default/reviews", "http:9080").Apply("""
            apiVersion: networking.istio.io/v1
            kind: WorkloadEntry
            metadata: {name: vm}
            spec: {address: vm.example.com, labels: {app: reviews}}
            """);

        var resources = Translator.Translate(mesh.Build(), Proxy);

        Assert.Empty(resources.LoadAssignment("outbound|9080||reviews.default.svc.cluster.local").Endpoints);
        Assert.Equal("spec.address", Assert.Single(resources.Problems).Path);
    }

    [Fact]
    public void Translate_SubjectAltNames_AreWhomMutualTlsAccepts()
    {
        var mesh = new MeshBuilder().Apply("""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: vm}
            spec:
              hosts: [vm.example.com]
              location: MESH_INTERNAL
              resolution: STATIC
              subjectAltNames: ["spiffe://cluster.local/ns/default/sa/special"]
              ports: [{number: 80, name: http, protocol: HTTP}]
              endpoints: [{address: 10.0.0.1, serviceAccount: other}]
            """);

        var cluster = Translator.Translate(mesh.Build(), Proxy).Cluster("outbound|80||vm.example.com");

        Assert.Equal(["spiffe://cluster.local/ns/default/sa/special"], Accepted(cluster));
    }

    private static IEnumerable<string> Accepted(Cluster cluster) => cluster.TransportSocketMatches[0].TransportSocket.TypedConfig.Unpack<UpstreamTlsContext>()
        .CommonTlsContext.CombinedValidationContext.DefaultValidationContext.MatchTypedSubjectAltNames.Select(n => n.Matcher.Exact);

    private static IEnumerable<string> Endpoints(ClusterLoadAssignment assignment) => assignment.Endpoints.SelectMany(l => l.LbEndpoints)
        .Select(e => $"{e.Endpoint.Address.Pipe?.Path ?? $"{e.Endpoint.Address.SocketAddress.Address}:{e.Endpoint.Address.SocketAddress.PortValue}"} {e.LoadBalancingWeight}");
}
