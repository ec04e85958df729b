namespace Mesh.Translation.Tests.Builders;

/// <summary>Meshes with every kind of object, some of which refer to what is not there; equal seeds give equal meshes.</summary>
internal static class RandomMesh
{
    private static readonly string[] Namespaces = ["default", "other", "mesh-system"];
    private static readonly string[] Names = ["a", "b", "c", "d"];
    private static readonly string[] Ports = ["http:80", "grpc:7000", "tcp:5432", "web:8080"];
    private static readonly string[] Modes = ["STRICT", "PERMISSIVE", "DISABLE", "UNSET"];

    public static IReadOnlyList<ProxyDescriptor> Proxies { get; } =
    [
        Builders.Proxies.Sidecar("default/a-0", "app=a,version=v1").WithAlias("default/b", "127.77.128.1").WithAlias("other/c", "127.77.128.2"),
        Builders.Proxies.Sidecar("other/b-0", "app=b,version=v2").WithPorts((9000, 40000)),
        Builders.Proxies.Gateway(),
        Builders.Proxies.Sidecar("default/client", "app=client") with { Dialect = ProxyDialect.Grpc },
    ];

    public static MeshBuilder Make(int seed)
    {
        var random = new Random(seed);
        var mesh = new MeshBuilder();
        foreach (var @namespace in Namespaces)
            foreach (var name in Names)
                if (random.Next(3) > 0)
                    mesh.Service($"{@namespace}/{name}", [.. Ports.Where(_ => random.Next(2) == 0).DefaultIfEmpty("http:80")]);
        for (var i = 0; i < 20; i++)
            mesh.Workload(
                $"{Pick(random, Namespaces)}/w{i}", $"127.77.1.{i + 1}", $"app={Pick(random, Names)},version=v{random.Next(3)}",
                w => w with { HasSidecar = random.Next(4) > 0, Locality = random.Next(2) == 0 ? "eu/west" : "" });
        for (var i = 0; i < 8; i++) mesh.Apply(Rule(random, i)).Apply(Routes(random, i));
        for (var i = 0; i < 4; i++) mesh.Apply(Policy(random, i)).Apply(Gateway(random, i));
        if (random.Next(2) == 0) mesh.Apply(Sidecar(random));
        return mesh;
    }

    private static string Host(Random random) => random.Next(8) switch
    {
        0 => "*.default.svc.cluster.local",
        1 => "shop.example.com",
        2 => "*.example.com",
        3 => "a.default",
        4 => $"{Pick(random, Names)}.other.svc.cluster.local",
        _ => Pick(random, Names),
    };

    private static string Rule(Random random, int i) => $$$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: r{{{i}}}, namespace: {{{Pick(random, Namespaces)}}}}
        spec:
          host: "{{{Host(random)}}}"
          trafficPolicy: {loadBalancer: {simple: {{{Pick(random, ["RANDOM", "ROUND_ROBIN", "LEAST_REQUEST"])}}}}}
          subsets: [{name: v1, labels: {version: v1}}, {name: v{{{2 + random.Next(2)}}}, labels: {version: v2}}]
        """;

    private static string Routes(Random random, int i) => $$$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: v{{{i}}}, namespace: {{{Pick(random, Namespaces)}}}}
        spec:
          hosts: ["{{{Host(random)}}}"]
          gateways: [{{{Pick(random, ["mesh", "default/g0", "other/g1", "mesh, default/g0, default/g2"])}}}]
          http:
          - match: [{uri: {prefix: /x{{{random.Next(3)}}}}, headers: {b: {exact: c}, a: {prefix: d}}  }]
            headers: {request: {set: {z: "1", y: "2"}} }
            route: [{destination: {{{Destination(random)}}}}]
          - route:
            - {destination: {{{Destination(random)}}}, weight: {{{random.Next(1, 100)}}}}
            - {destination: {{{Destination(random)}}}, weight: {{{random.Next(1, 100)}}}}
          tcp: [{route: [{destination: {{{Destination(random)}}}, weight: 60}, {destination: {{{Destination(random)}}}, weight: 40}]}]
        """;

    private static string Sidecar(Random random) => $$$"""
        apiVersion: networking.istio.io/v1
        kind: Sidecar
        metadata: {name: s, namespace: {{{Pick(random, Namespaces)}}}}
        spec:
          egress:
          - {port: {number: {{{Pick(random, [80, 7000])}}}, name: http, protocol: HTTP}, hosts: ["{{{Pick(random, ["./*", "*/*", "other/*"])}}}"]}
          - {port: {number: 5432, name: tcp, protocol: TCP}, captureMode: NONE, hosts: ["{{{Pick(random, ["./*", "*/*"])}}}"]}
        """;

    private static string Destination(Random random) =>
        $"{{host: {Pick(random, Names)}{(random.Next(2) == 0 ? "" : $", subset: v{1 + random.Next(3)}")}{(random.Next(3) == 0 ? ", port: {number: 7000}" : "")}}}";

    private static string Policy(Random random, int i) => $$$"""
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: p{{{i}}}, namespace: {{{Pick(random, Namespaces)}}}}
        spec: {selector: {matchLabels: {app: {{{Pick(random, Names)}}}}}, mtls: {mode: {{{Pick(random, Modes)}}}}, portLevelMtls: {80: {mode: {{{Pick(random, Modes)}}}}} }
        """;

    private static string Gateway(Random random, int i) => $$$"""
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: g{{{i}}}, namespace: {{{Pick(random, Namespaces)}}}}
        spec:
          selector: {istio: ingressgateway}
          servers: [{port: {number: {{{8080 + random.Next(2)}}}, name: http, protocol: HTTP}, hosts: ["{{{Pick(random, ["*", "*.example.com", "default/*"])}}}"]}]
        """;

    private static T Pick<T>(Random random, T[] values) => values[random.Next(values.Length)];
}
