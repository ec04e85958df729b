namespace Mesh.Cli.Local.Tour;

/// <summary>The VirtualServices the tour puts in the catalogue's place; plain Istio YAML.</summary>
internal static class CatalogueRoutes
{
    /// <summary>Weights for v1 and v2; the user <c>tester</c> always sees v2. As in samples/shop/mesh.yaml.</summary>
    public static string Split(int v1, int v2) => Document(
        $$"""
          - match:
            - headers:
                x-user: {exact: tester}
            route:
            - destination: {host: catalogue, subset: v2}
          - route:
            - destination: {host: catalogue, subset: v1}
              weight: {{v1}}
            - destination: {host: catalogue, subset: v2}
              weight: {{v2}}
        """);

    /// <summary>Only v1, with or without retries.</summary>
    public static string Retries(int attempts) => Document(
        $$"""
          - route:
            - destination: {host: catalogue, subset: v1}
            retries:
              attempts: {{attempts}}{{(attempts > 0 ? "\n      retryOn: 5xx\n      perTryTimeout: 2s" : "")}}
        """);

    /// <summary>Only v1, within a time.</summary>
    public static string Timeout(string timeout) => Document(
        $$"""
          - route:
            - destination: {host: catalogue, subset: v1}
            timeout: {{timeout}}
        """);

    private static string Document(string http) =>
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: catalogue\n  namespace: default\n"
        + "spec:\n  hosts: [catalogue]\n  http:\n" + http + "\n";
}
