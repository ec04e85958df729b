using System.Security.Cryptography;
using System.Text;
using Mesh.Core.Identity;
using Mesh.Core.Snapshots;

namespace NodeAgent.Tests.Fakes;

/// <summary>The objects that the tests speak of.</summary>
internal static class Shop
{
    public const string Token = "workload-secret";
    public const string RatingsCluster = "outbound|9080||ratings.default.svc.cluster.local";

    public const string Services = """
        apiVersion: v1
        kind: Service
        metadata: {name: ratings, namespace: default}
        spec:
          selector: {app: ratings}
          ports: [{name: http, port: 9080, targetPort: 9080}]
        """;

    public static string VirtualService(string timeout) => $$$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: ratings-timeout, namespace: default}
        spec:
          hosts: [ratings]
          http:
          - timeout: {{{timeout}}}
            route: [{destination: {host: ratings}}]
        """;

    public static string RouteTo(string subset) => $$$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: ratings-timeout, namespace: default}
        spec: {hosts: [ratings], http: [{route: [{destination: {host: ratings, subset: {{{subset}}}}}]}]}
        """;

    public static string Subsets(string name) => $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: ratings, namespace: default}
        spec: {host: ratings, subsets: [{name: {{name}}, labels: {version: {{name}} } }] }
        """;

    public const string VirtualServiceKey = "VirtualService.networking.istio.io/default/ratings-timeout";

    public static Workload Ratings(string name, string address) => new()
    {
        Id = new WorkloadId("default", name),
        WorkloadName = "ratings",
        ServiceAccount = "ratings",
        Address = address,
        Node = "node-2",
        Labels = new Dictionary<string, string> { ["app"] = "ratings" }.ToSorted(),
        HasSidecar = true,
    };

    public static string Reviews(string role = "sidecar", string ports = "{}") => $$"""
        {"namespace": "default", "name": "reviews-v1-0", "workloadName": "reviews-v1", "serviceAccount": "reviews", "role": "{{role}}",
         "labels": {"app": "reviews"}, "address": "127.66.1.1", "ports": {{ports}},
         "aliases": {"default/ratings": "127.66.128.7"},
         "tokenSha256": "{{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Token)))}}"}
        """;

    private static System.Collections.Immutable.ImmutableSortedDictionary<string, string> ToSorted(this Dictionary<string, string> map) =>
        System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, map);
}
