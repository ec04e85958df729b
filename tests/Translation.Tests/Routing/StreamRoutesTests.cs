using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests.Routing;

/// <summary>TCP and TLS rules at the alias listeners of sidecars and at gateways: which chains there are, for whom, and where they lead.</summary>
public sealed class StreamRoutesTests
{
    private static MeshBuilder Mesh() => new MeshBuilder()
        .Service("default/db", "tcp:5432", "tls-x:8443").Service("default/old", "tcp:5432").Service("default/new", "tcp:5432").Service("default/only", "tcp:99");

    private static readonly ProxyDescriptor Proxy = Proxies.Sidecar("default/client", "app=client").WithAlias("default/db", "127.77.128.1");

    public static TheoryData<string, string> Tcp => new()
    {
        { "[]", "any: db" },
        { "[{route: [{destination: {host: old}}]}]", "any: old" },
        { "[{route: [{destination: {host: old}, weight: 90}, {destination: {host: new}, weight: 10}]}]", "any: old 90 new 10" },
        { "[{route: [{destination: {host: old}, weight: 90}, {destination: {host: nobody}, weight: 10}]}]", "any: old" },
        { "[{route: [{destination: {host: only}}]}]", "any: only" },
        { "[{route: [{destination: {host: nobody}}]}, {route: [{destination: {host: new}}]}]", "any: db" },
        { "[{match: [{port: 5432}], route: [{destination: {host: old}}]}, {route: [{destination: {host: new}}]}]", "any: old" },
        { "[{match: [{port: 1}], route: [{destination: {host: old}}]}, {route: [{destination: {host: new}}]}]", "any: new" },
        { "[{match: [{sourceLabels: {app: client}}], route: [{destination: {host: old}}]}]", "any: old" },
        { "[{match: [{sourceLabels: {app: other}}], route: [{destination: {host: old}}]}]", "any: db" },
        { "[{match: [{sourceNamespace: default}], route: [{destination: {host: old}}]}]", "any: old" },
        { "[{match: [{sourceNamespace: other}], route: [{destination: {host: old}}]}]", "any: db" },
        { "[{match: [{gateways: [mesh]}], route: [{destination: {host: old}}]}]", "any: old" },
        { "[{match: [{gateways: [edge]}], route: [{destination: {host: old}}]}]", "any: db" },
        { "[{match: [{destinationSubnets: [127.77.128.0/24, 10.0.0.1]}], route: [{destination: {host: old}}]}]", "127.77.128.0/24 10.0.0.1/32: old | any: db" },
    };

    [Theory]
    [MemberData(nameof(Tcp))]
    public void Tcp_Rules_AreChainsInTheirOrder(string rules, string expected)
    {
        var mesh = Mesh();
        if (rules != "[]") mesh.Apply(Routes("db", "mesh", $"tcp: {rules}"));

        Assert.Equal(expected, Chains(Translator.Translate(mesh.Build(), Proxy).Listener("127.77.128.1_5432")));
    }

    public static TheoryData<string, string> Tls => new()
    {
        { "[]", "any: db" },
        { "[{match: [{sniHosts: [db]}], route: [{destination: {host: old, port: {number: 5432}}}]}]", "db tls: old" },
        { "[{match: [{sniHosts: [a.db.example.com, '*.db.example.com']}], route: [{destination: {host: old}, weight: 1}, {destination: {host: new}, weight: 3}]}]", "a.db.example.com *.db.example.com tls: old 1 new 3" },
        { "[{match: [{port: 1, sniHosts: [db]}], route: [{destination: {host: old}}]}]", "any: db" },
        { "[{match: [{sniHosts: [db]}, {sniHosts: [a.db.example.com]}], route: [{destination: {host: old}}]}, {match: [{sniHosts: [db]}], route: [{destination: {host: new}}]}]", "db tls: old | a.db.example.com tls: old" },
    };

    [Theory]
    [MemberData(nameof(Tls))]
    public void Tls_Rules_AreChainsByServerName(string rules, string expected)
    {
        var mesh = Mesh();
        if (rules != "[]") mesh.Apply(Routes("db, '*.db.example.com'", "mesh", $"tls: {rules.Replace("host: old}", "host: old, port: {number: 5432}}", StringComparison.Ordinal).Replace("host: new}", "host: new, port: {number: 5432}}", StringComparison.Ordinal)}"));

        var listener = Translator.Translate(mesh.Build(), Proxy).Listener("127.77.128.1_8443");

        Assert.Equal(expected, Chains(listener));
        Assert.Equal(expected.Contains("tls", StringComparison.Ordinal), listener.ListenerFilters.Any(f => f.Name == "envoy.filters.listener.tls_inspector"));
    }

    [Theory]
    [InlineData("5432", "tcp: [{route: [{destination: {host: old}}]}]", "tcp: [{route: [{destination: {host: late}}]}]", "any: old")]
    [InlineData("5432", "tcp: [{route: [{destination: {host: old}, weight: 1}, {destination: {host: new}, weight: 2}]}]", "tcp: [{route: [{destination: {host: late}}]}]", "any: old 1 new 2")]
    [InlineData("5432", "tcp: [{route: [{destination: {host: old}}]}]", "tcp: [{match: [{destinationSubnets: [10.0.0.1]}], route: [{destination: {host: late}}]}]", "10.0.0.1/32: db | any: db")]
    [InlineData("5432", "tcp: [{match: [{sourceLabels: {app: other}}], route: [{destination: {host: old}}]}]", "tcp: [{match: [{sourceLabels: {app: client}}], route: [{destination: {host: late}}]}]", "any: db")]
    [InlineData("8443", "tls: [{match: [{sniHosts: [db]}], route: [{destination: {host: old, port: {number: 5432}}}]}]", "tls: [{match: [{sniHosts: [DB]}], route: [{destination: {host: late}}]}]", "db tls: old")]
    [InlineData("8443", "tls: [{match: [{sniHosts: [db]}], route: [{destination: {host: old, port: {number: 5432}}}]}]", "tls: [{match: [{sniHosts: [db, a.db.example.com]}], route: [{destination: {host: late}}]}]", "db a.db.example.com tls: db")]
    public void RouteBeforeItsService_KeepsTheFormerOneOfThoseConnections(string port, string before, string after, string expected)
    {
        const string Hosts = "db, '*.db.example.com'";
        var waiting = Mesh().Apply(Routes(Hosts, "mesh", after)).Build();
        var index = MeshIndex.Build(waiting, MeshIndex.Build(Mesh().Apply(Routes(Hosts, "mesh", before)).Build()));
        Assert.Equal(expected, Chains(Translator.Translate(index, Proxy).Listener($"127.77.128.1_{port}")));
        Assert.True(Assert.Single(Translator.Translate(index, Proxy).Problems).IsWaiting);

        index = MeshIndex.BuildAnew(waiting, MeshIndex.Restore(waiting, index.FormerRoutes(waiting)));

        Assert.Equal(expected, Chains(Translator.Translate(index, Proxy).Listener($"127.77.128.1_{port}")));
    }

    [Theory]
    [InlineData("TCP", "", "tcp: [{match: [{port: 7000}], route: [{destination: {host: old}}]}]", "any: old")]
    [InlineData("TCP", "", "tcp: [{match: [{port: 1}], route: [{destination: {host: old}}]}]", null)]
    [InlineData("TLS", ", tls: {mode: PASSTHROUGH}", "tls: [{match: [{sniHosts: [shop.example.com]}], route: [{destination: {host: old}}]}]", "shop.example.com tls: old")]
    [InlineData("HTTPS", ", tls: {mode: PASSTHROUGH}", "tls: [{match: [{sniHosts: [shop.example.com]}], route: [{destination: {host: old}, weight: 1}, {destination: {host: new}, weight: 2}]}]", "shop.example.com tls: old 1 new 2")]
    public void Gateway_StreamServers_PassConnectionsOn(string protocol, string tls, string rules, string? expected)
    {
        var mesh = Mesh().Apply($$"""
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 7000, name: p, protocol: {{protocol}}}, hosts: ['*.example.com']{{tls}}}]}
            """).Apply(Routes("shop.example.com", "edge", rules)).Apply(Routes("elsewhere.org", "edge", rules.Replace("shop.example.com", "elsewhere.org", StringComparison.Ordinal), "elsewhere"));

        var resources = Translator.Translate(mesh.Build(), Proxies.Gateway());

        if (expected is null) Assert.Empty(resources.Listeners);
        else Assert.Equal(expected, Chains(resources.Listener("127.77.0.200_7000")));
        Assert.Equal(expected is null, resources.Problems.Any(p => p.Reason.Contains("not listened on", StringComparison.Ordinal)));
        if (expected is not null) Assert.Contains("outbound|5432||old.default.svc.cluster.local", resources.Clusters.Keys);
    }

    private static string Routes(string hosts, string gateway, string rules, string name = "routes") => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: {{name}}}
        spec:
          hosts: [{{hosts}}]
          gateways: [{{gateway}}]
          {{rules}}
        """;

    private static string Chains(Listener listener) => string.Join(" | ", listener.FilterChains.Select(c => $"{Match(c.FilterChainMatch)}: {Target(c.Filters[0].TypedConfig.Unpack<TcpProxy>())}"));

    private static string Match(FilterChainMatch? match) => match is null ? "any" : string.Join(' ',
        match.PrefixRanges.Select(r => $"{r.AddressPrefix}/{r.PrefixLen}").Concat(match.ServerNames).Append(match.TransportProtocol)).Trim();

    private static string Target(TcpProxy proxy) => proxy.WeightedClusters is { } weighted
        ? string.Join(' ', weighted.Clusters.Select(c => $"{Name(c.Name)} {c.Weight}"))
        : Name(proxy.Cluster);

    private static string Name(string cluster) => cluster.Split('|')[^1].Split('.')[0];
}
