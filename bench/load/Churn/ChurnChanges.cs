using Mesh.Bench.Propagation;

namespace Mesh.Bench.Churn;

/// <summary>
/// The changes, in turn: weights, subsets, endpoints, pools and their limits, a service that comes with routes and goes, listeners. Each is
/// right by itself: with all of them in force in any order requests succeed.
/// </summary>
internal sealed class ChurnChanges(MeshApi api)
{
    private const string Echo = "echo.default.svc.cluster.local";
    private readonly List<string> _passing = [];

    public async Task MakeAsync(int number, CancellationToken cancellation)
    {
        switch (number % 8)
        {
            case 0:
                await api.ApplyAsync(Weights(number * 7 % 101), cancellation);
                break;
            case 1:
                await api.ApplyAsync(Policy($"connectionPool: {{ tcp: {{ connectTimeout: {1 + number % 9}s }} }}"), cancellation);
                break;
            case 2:
                // Another selector is other endpoints: the second version comes and goes. No subset is named meanwhile, which would have none.
                await api.ApplyAsync(Whole, cancellation);
                await api.ApplyAsync(Service("echo", number % 16 == 2 ? "{app: echo, version: v1}" : "{app: echo}"), cancellation);
                break;
            case 3:
                await AddAsync(Service($"passing-{number}", "{app: echo}"), cancellation);
                await AddAsync(PassingRoute(number), cancellation);
                break;
            case 4:
                await api.ApplyAsync(Policy("loadBalancer: { consistentHash: { useSourceIp: true } }\n    outlierDetection: { consecutive5xxErrors: 7 }"), cancellation);
                break;
            case 5:
                await api.ApplyAsync(Service("echo", "{app: echo}"), cancellation);
                await api.ApplyAsync(Policy("loadBalancer: { simple: ROUND_ROBIN }"), cancellation);
                break;
            case 6:
                // The listener of the application's sidecar gets other filter chains.
                await api.ApplyAsync(PeerAuthentication(number % 16 == 6 ? "PERMISSIVE" : "STRICT"), cancellation);
                break;
            case 7:
                // The route, then what it leads to.
                foreach (var key in Enumerable.Reverse(_passing)) await api.DeleteAsync(key, cancellation);
                _passing.Clear();
                break;
        }
    }

    private async Task AddAsync(string yaml, CancellationToken cancellation) => _passing.Add((await api.ApplyAsync(yaml, cancellation)).Key);

    private static string Weights(int first) => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: echo, namespace: default}
        spec:
          hosts: [{{Echo}}]
          http:
          - route:
            - { destination: { host: {{Echo}}, subset: v1 }, weight: {{first}} }
            - { destination: { host: {{Echo}}, subset: v2 }, weight: {{100 - first}} }
        """;

    private static string Whole => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: echo, namespace: default}
        spec:
          hosts: [{{Echo}}]
          http:
          - route: [{ destination: { host: {{Echo}} } }]
        """;

    private static string PassingRoute(int number) => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: passing-{{number}}, namespace: default}
        spec:
          hosts: [passing-{{number}}.default.svc.cluster.local]
          http:
          - match: [{ uri: { prefix: /one/ } }]
            route: [{ destination: { host: {{Echo}} } }]
          - route: [{ destination: { host: passing-{{number}}.default.svc.cluster.local } }]
        """;

    private static string Policy(string policy) => $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: echo, namespace: default}
        spec:
          host: {{Echo}}
          trafficPolicy:
            {{policy}}
          subsets:
          - { name: v1, labels: { version: v1 } }
          - { name: v2, labels: { version: v2 } }
        """;

    private static string Service(string name, string selector) => $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: {{name}}, namespace: default}
        spec:
          selector: {{selector}}
          ports: [{ name: http, port: 8080, targetPort: 8080 }]
        """;

    private static string PeerAuthentication(string mode) => $$"""
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: default, namespace: default}
        spec:
          mtls: {mode: {{mode}}}
        """;
}
