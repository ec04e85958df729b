using System.Net;

namespace Mesh.Bench.LocalMesh;

/// <summary>The meshes the harness brings up, as the YAML a user would write.</summary>
internal static class MeshFiles
{
    public const int ServicePort = 8080;
    public const int TargetPort = 8080;
    public const int ReadinessPort = 15021;

    /// <summary>One caller, one application that listens elsewhere, STRICT.</summary>
    public static string Pair(IPEndPoint application, int replicas, MeshScale scale) => string.Join("\n---\n", scale.Documents().Prepend($$"""
        apiVersion: mesh.dev/v1alpha1
        kind: LocalMesh
        metadata: {name: bench}
        spec:
          controlPlane: {replicas: {{replicas}}}
          workloads:
          - name: caller
            serviceAccount: caller
            labels: {app: caller}
          - name: echo
            serviceAccount: echo
            labels: {app: echo, version: v1}
            ports: { {{TargetPort}}: {{application.Port}} }
        {{Common}}
        """));

    /// <summary>One caller and two versions of an application, between which a VirtualService chooses.</summary>
    public static string TwoVersions(IPEndPoint first, IPEndPoint second, int replicas) => $$"""
        apiVersion: mesh.dev/v1alpha1
        kind: LocalMesh
        metadata: {name: bench}
        spec:
          controlPlane: {replicas: {{replicas}}}
          workloads:
          - name: caller
            serviceAccount: caller
            labels: {app: caller}
          - name: echo-v1
            serviceAccount: echo
            labels: {app: echo, version: v1}
            ports: { {{TargetPort}}: {{first.Port}} }
          - name: echo-v2
            serviceAccount: echo
            labels: {app: echo, version: v2}
            ports: { {{TargetPort}}: {{second.Port}} }
        {{Common}}
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: echo, namespace: default}
        spec:
          host: echo.default.svc.cluster.local
          subsets:
          - { name: v1, labels: { version: v1 } }
          - { name: v2, labels: { version: v2 } }
        ---
        {{RouteTo("v1")}}
        """;

    /// <summary>All traffic to one subset.</summary>
    public static string RouteTo(string subset) => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: echo, namespace: default}
        spec:
          hosts: [echo.default.svc.cluster.local]
          http:
          - route:
            - destination: { host: echo.default.svc.cluster.local, subset: {{subset}} }
        """;

    private static string Common => $$"""
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: echo, namespace: default}
        spec:
          selector: {app: echo}
          ports: [{ name: http, port: {{ServicePort}}, targetPort: {{TargetPort}} }]
        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: default, namespace: default}
        spec:
          mtls: {mode: STRICT}
        """;
}
