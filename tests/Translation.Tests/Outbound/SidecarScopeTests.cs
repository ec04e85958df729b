using Envoy.Config.Cluster.V3;
using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests.Outbound;

/// <summary>Which Sidecar object holds for a workload, and what it lets the workload's proxy know and listen on.</summary>
public sealed class SidecarScopeTests
{
    private static MeshBuilder Mesh() => new MeshBuilder()
        .Service("default/a", "http:80", "grpc:7000").Service("default/b", "http:80").Service("other/c", "http:80").Service("other/db", "tcp:5432").Service("third/d", "http:80");

    private static ProxyDescriptor Proxy { get; } = Proxies.Sidecar("default/a-1", "app=a");

    public static TheoryData<string, string> Hosts => new()
    {
        { "'*/*'", "a:7000 a:80 b:80 c:80 d:80 db:5432" },
        { "'./*'", "a:7000 a:80 b:80" },
        { "'~/*'", "" },
        { "'default/*', 'other/*'", "a:7000 a:80 b:80 c:80 db:5432" },
        { "'other/c.other.svc.cluster.local'", "c:80" },
        { "'*/c.other.svc.cluster.local'", "c:80" },
        { "'default/c.other.svc.cluster.local'", "" },
        { "'*/*.other.svc.cluster.local'", "c:80 db:5432" },
        { "'third/*.other.svc.cluster.local'", "" },
    };

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Egress_Hosts_AreWhatAProxyGetsClustersOf(string hosts, string expected) =>
        Assert.Equal(expected, Clusters(Mesh().Apply(Sidecar("default", "narrow", $"egress: [{{hosts: [{hosts}]}}]")), Proxy));

    [Theory]
    [InlineData("", "a:7000 a:80 b:80")]
    [InlineData("default wide './b.default.svc.cluster.local'", "b:80")]
    [InlineData("default wide '~/*'|default late '*/*'", "")]
    [InlineData("default wide '~/*'|default mine 'other/*' app=a", "c:80 db:5432")]
    [InlineData("default wide '~/*'|default mine 'other/*' app=b", "")]
    [InlineData("default mine 'other/*' app=a|default later 'third/*' app=a", "c:80 db:5432")]
    [InlineData("mesh-system mine 'other/*' app=a", "a:7000 a:80 b:80")]
    [InlineData("other wide 'third/*'", "a:7000 a:80 b:80")]
    public void Selection_TheNarrowestObject_IsInForceAndOfThoseTheOldest(string objects, string expected)
    {
        // In the root namespace, so for all; "." is each proxy's own namespace.
        var mesh = Mesh().Apply(Sidecar("mesh-system", "root", "egress: [{hosts: ['./*']}]"));
        foreach (var text in objects.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = text.Split(' ');
            var selector = parts.Length > 3 ? $"\n  workloadSelector: {{labels: {{{parts[3].Replace("=", ": ", StringComparison.Ordinal)}}}}}" : "";
            mesh.Apply(Sidecar(parts[0], parts[1], $"egress: [{{hosts: [{parts[2]}]}}]{selector}"));
        }

        Assert.Equal(expected, Clusters(mesh, Proxy));
    }

    [Fact]
    public void Selection_TheYounger_IsAProblemOfItsOwn()
    {
        var mesh = Mesh().Apply(Sidecar("default", "first", "egress: [{hosts: ['./*']}]")).Apply(Sidecar("default", "second", "egress: [{hosts: ['~/*']}]"));

        var problem = Assert.Single(Translator.Translate(mesh.Build(), Proxy).Problems);

        Assert.Equal(("second", "Sidecar.networking.istio.io/default/first is in force instead: it is older."), (problem.Object.Name, problem.Reason));
    }

    [Fact]
    public void Selection_Gateways_AreNotNarrowed()
    {
        var mesh = Mesh().Apply(Sidecar("mesh-system", "root", "egress: [{hosts: ['~/*']}]")).Apply("""
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: shop, namespace: mesh-system}
            spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: shop}
            spec: {hosts: [shop.example.com], gateways: [mesh-system/shop], http: [{route: [{destination: {host: b}}]}]}
            """);

        Assert.Equal("b:80", Clusters(mesh, Proxies.Gateway()));
    }

    [Fact]
    public void Egress_OnePort_ImportsThatPortAlone() =>
        Assert.Equal("a:7000", Clusters(Mesh().Apply(Sidecar("default", "s", "egress: [{port: {number: 7000, protocol: GRPC, name: g}, hosts: ['*/*']}]")), Proxy));

    [Theory]
    [InlineData("{host: a, port: {number: 80}}", "a:7000 a:80")]
    [InlineData("{host: a}", "a:7000 a:80")]
    [InlineData("{host: a, port: {number: 7000}}", "a:7000")]
    public void Egress_OnePortAndARuleThatLeadsToAnother_HasTheClustersOfBoth(string destination, string expected) =>
        Assert.Equal(expected, Clusters(Mesh().Apply(Sidecar("default", "s", "egress: [{port: {number: 7000, protocol: TCP, name: t}, captureMode: NONE, hosts: ['./a.default.svc.cluster.local']}]")).Apply($$"""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: a}
            spec: {hosts: [a], tcp: [{route: [{destination: {{destination}}}]}]}
            """), Proxy));

    [Fact]
    public void Egress_ARuleThatLeadsOutside_HasItsClusterButNoName()
    {
        var mesh = Mesh().Apply(Sidecar("default", "s", "egress: [{hosts: ['./*']}]")).Apply("""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: b}
            spec: {hosts: [b], http: [{route: [{destination: {host: c.other.svc.cluster.local}}]}]}
            """);

        var resources = Translator.Translate(mesh.Build(), Proxy);

        Assert.Equal("a:7000 a:80 b:80 c:80", Clusters(mesh, Proxy));
        var hosts = resources.Route("http_proxy").VirtualHosts;
        Assert.Equal("outbound|80||c.other.svc.cluster.local", hosts.Single(h => h.Domains.Contains("b")).Routes[0].Route_.Cluster);
        Assert.DoesNotContain(hosts, h => h.Domains.Any(d => d.StartsWith("c.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Egress_AVirtualServiceThatIsNotImported_IsNotInForce()
    {
        // Hosts of another namespace's object, imported by that namespace's name only.
        var mesh = Mesh().Apply("""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: b, namespace: other}
            spec: {hosts: [b.default.svc.cluster.local], http: [{directResponse: {status: 418}}]}
            """);

        Assert.True(Answers(mesh));
        Assert.False(Answers(mesh.Apply(Sidecar("default", "s", "egress: [{hosts: ['default/*']}]"))));

        static bool Answers(MeshBuilder mesh) => Translator.Translate(mesh.Build(), Proxy).Route("http_proxy")
            .VirtualHosts.Single(h => h.Domains.Contains("b")).Routes[0].DirectResponse is not null;
    }

    [Theory]
    [InlineData("outboundTrafficPolicy: {mode: ALLOW_ANY}", "PassthroughCluster")]
    [InlineData("outboundTrafficPolicy: {mode: REGISTRY_ONLY}", "502")]
    [InlineData("outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: c.other.svc.cluster.local, port: {number: 80}}}", "outbound|80||c.other.svc.cluster.local")]
    [InlineData("outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: nobody.other.svc.cluster.local, port: {number: 80}}}", "502")]
    public void OutboundTrafficPolicy_OfItsOwn_DecidesOnUnknownHosts(string policy, string expected)
    {
        var resources = Translator.Translate(Mesh().Apply(Sidecar("default", "s", $"egress: [{{hosts: ['./*']}}]\n  {policy}")).Build(), Proxy);

        var route = resources.Route("http_proxy").VirtualHosts.Single(h => h.Domains.Contains("*")).Routes[0];
        Assert.Equal(expected, route.DirectResponse?.Status.ToString() ?? route.Route_.Cluster);
        Assert.True(route.Route_ is null || resources.Clusters.ContainsKey(route.Route_.Cluster));
        Assert.Equal(policy.Contains("nobody", StringComparison.Ordinal), resources.Problems.Any(p => p.Path == "spec.outboundTrafficPolicy.egressProxy"));
    }

    [Fact]
    public void Egress_BoundListeners_AreThereForWhoDialsThem()
    {
        var resources = Translator.Translate(Mesh().Apply(Sidecar("default", "s", """
            egress:
              - {port: {number: 80, protocol: HTTP, name: http}, bind: 127.77.3.3, hosts: ['other/*']}
              - {port: {number: 5432, protocol: TCP, name: tcp}, captureMode: NONE, hosts: ['other/*']}
              - {port: {number: 9999, protocol: TCP, name: none}, bind: 127.77.3.3, hosts: ['other/*']}
              - {port: {number: 15001, protocol: HTTP, name: own}, captureMode: NONE, hosts: ['other/*']}
              - {hosts: ['./*']}
            """)).Build(), Proxy);

        var routes = resources.Route("127.77.3.3_80");
        Assert.Contains("c.other", routes.VirtualHosts[0].Domains);
        Assert.Equal("tcp outbound|5432||db.other.svc.cluster.local", Target(resources, "127.77.1.1_5432"));
        Assert.Equal("tcp BlackHoleCluster", Target(resources, "127.77.3.3_9999"));
        Assert.Equal(["spec.egress[2].hosts", "spec.egress[3].port"], resources.Problems.Select(p => p.Path));
        // What a listener has of its own is not reached by Host elsewhere.
        Assert.DoesNotContain(resources.Route("http_proxy").VirtualHosts, h => h.Name.StartsWith("c.", StringComparison.Ordinal));
    }

    [Fact]
    public void Ingress_Listeners_ReplaceThoseOfServices()
    {
        var resources = Translator.Translate(Mesh().Apply(Sidecar("default", "s", """
            inboundConnectionPool: {http: {http2MaxRequests: 7}}
              ingress:
              - {port: {number: 7000, protocol: GRPC, name: grpc}, defaultEndpoint: '127.0.0.1:8080', connectionPool: {tcp: {maxConnections: 3}}}
              - {port: {number: 9443, protocol: TCP, name: tcp}, bind: 127.77.9.9, defaultEndpoint: 'unix:///run/app.sock'}
              - {port: {number: 6000, protocol: HTTP, name: own}, defaultEndpoint: '0.0.0.0:6001'}
              - {port: {number: 6002, protocol: HTTP, name: loop}, defaultEndpoint: '0.0.0.0:6002'}
            """)).Build(), Proxy.WithPorts((8080, 40000), (80, 40001)));

        Assert.Equal(["127.77.1.1_6000", "127.77.1.1_7000", "127.77.9.9_9443", "http_proxy"], resources.Listeners.Keys);
        Assert.Equal("127.0.0.1:40000", Application(resources, 7000));
        Assert.Equal("/run/app.sock", Application(resources, 9443));
        Assert.Equal("127.77.1.1:6001", Application(resources, 6000));
        Assert.Equal(3u, Thresholds(resources, 7000).MaxConnections);
        Assert.Equal(7u, Thresholds(resources, 6000).MaxRequests);
        Assert.Equal(["spec.ingress[3].defaultEndpoint"], resources.Problems.Select(p => p.Path));
    }

    [Fact]
    public void InboundConnectionPool_Alone_HoldsForThePortsOfServices()
    {
        var resources = Translator.Translate(Mesh().Apply(Sidecar("default", "s", "inboundConnectionPool: {tcp: {maxConnections: 5}}")).Build(), Proxy);

        Assert.Equal(5u, Thresholds(resources, 80).MaxConnections);
        Assert.Equal("a:7000 a:80 b:80 c:80 d:80 db:5432", Clusters(Mesh(), Proxy));
    }

    [Fact]
    public void Translate_ASidecarObject_KeepsTheShortWayForEndpoints()
    {
        var mesh = Mesh().Workload("default/b-1", "127.77.2.1", "app=b").Workload("third/d-1", "127.77.2.2", "app=d").Apply(Sidecar("default", "s", "egress: [{hosts: ['./*']}]"));
        var snapshot = mesh.Build();
        var index = MeshIndex.Build(snapshot);
        var before = Translator.Translate(index, Proxy);

        var changed = snapshot.Workloads.ToDictionary(w => w.Key, w => w.Value with { Weight = 3 });
        var change = index.WithWorkloads(snapshot with { Workloads = snapshot.Workloads.SetItems(changed) }, changed.Keys);
        var after = Translator.TranslateEndpoints(change.Index, Proxy, before, change.Services);

        Assert.Equal(before.Endpoints.Keys, after.Endpoints.Keys);
        Assert.NotEqual(before.Endpoints["outbound|80||b.default.svc.cluster.local"].Version, after.Endpoints["outbound|80||b.default.svc.cluster.local"].Version);
    }

    private static string Sidecar(string @namespace, string name, string spec) => $$"""
        apiVersion: networking.istio.io/v1
        kind: Sidecar
        metadata: {name: {{name}}, namespace: {{@namespace}}}
        spec:
          {{spec}}
        """;

    private static string Clusters(MeshBuilder mesh, ProxyDescriptor proxy) => string.Join(' ', Translator.Translate(mesh.Build(), proxy).Clusters.Keys
        .Where(n => n.StartsWith("outbound|", StringComparison.Ordinal)).Select(n => n.Split('|')).Select(p => $"{p[3].Split('.')[0]}:{p[1]}").Order(StringComparer.Ordinal));

    private static string Target(ProxyResources resources, string listener)
    {
        var filter = resources.Listener(listener).FilterChains[0].Filters[0];
        return "tcp " + filter.TypedConfig.Unpack<Envoy.Extensions.Filters.Network.TcpProxy.V3.TcpProxy>().Cluster;
    }

    private static string Application(ProxyResources resources, int port)
    {
        var address = resources.Cluster($"inbound|{port}||").LoadAssignment.Endpoints[0].LbEndpoints[0].Endpoint.Address;
        return address.Pipe?.Path ?? $"{address.SocketAddress.Address}:{address.SocketAddress.PortValue}";
    }

    private static CircuitBreakers.Types.Thresholds Thresholds(ProxyResources resources, int port) =>
        resources.Cluster($"inbound|{port}||").CircuitBreakers.Thresholds[0];
}
