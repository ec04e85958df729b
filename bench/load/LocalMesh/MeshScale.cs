namespace Mesh.Bench.LocalMesh;

/// <summary>
/// Configuration beside what a measurement needs: Services without endpoints, and VirtualServices of a number of routes. The one of the
/// service that is called is among them, and its last route takes the request.
/// </summary>
internal sealed record MeshScale(int Services, int VirtualServices, int Routes)
{
    public IEnumerable<string> Documents()
    {
        for (var i = 0; i < Services; i++) yield return Service($"s{i}");
        if (VirtualServices > 0) yield return VirtualService("echo");
        for (var i = 0; i < VirtualServices - 1; i++) yield return VirtualService($"s{i}");
    }

    public override string ToString() => $"{Services} more services, {VirtualServices} VirtualServices of {Routes} routes";

    private static string Service(string name) => $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: {{name}}, namespace: default}
        spec:
          selector: {app: {{name}}}
          ports: [{ name: http, port: {{MeshFiles.ServicePort}}, targetPort: {{MeshFiles.TargetPort}} }]
        """;

    private string VirtualService(string name)
    {
        var host = $"{name}.default.svc.cluster.local";
        var routes = Enumerable.Range(1, Routes - 1).Select(i => $$"""
              - match: [{ uri: { prefix: /api/v{{i}}/ } }]
                route: [{ destination: { host: {{host}} } }]
            """);
        return $$"""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: {{name}}, namespace: default}
            spec:
              hosts: [{{host}}]
              http:
            {{string.Join('\n', routes.Append($"  - route: [{{ destination: {{ host: {host} }} }}]"))}}
            """;
    }
}
