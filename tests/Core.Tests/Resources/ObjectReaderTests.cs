using System.Text;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Mesh;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Tests.Resources;

public sealed class ObjectReaderTests
{
    private const string Reviews = """
        apiVersion: networking.istio.io/v1beta1
        kind: VirtualService
        metadata:
          name: reviews
        spec:
          hosts: [reviews]
          http:
          - match:
            - headers:
                end-user:
                  exact: jason
            route:
            - destination: {host: reviews, subset: v2}
          - route:
            - destination: {host: reviews, subset: v1, port: {number: 9080}}
              weight: 90
            - destination: {host: reviews, subset: v2}
              weight: 10
            timeout: 2m
            retries: {attempts: 3, perTryTimeout: 500ms, retryOn: "5xx"}
        """;

    [Fact]
    public void Read_VirtualService_GivesTypedSpecStoredAsV1()
    {
        var document = Assert.Single(ObjectReader.Read(Reviews, "reviews.yaml"));

        Assert.Empty(document.Diagnostics);
        Assert.Equal(new ObjectKey("VirtualService.networking.istio.io", "default", "reviews"), document.Key);
        Assert.Equal("networking.istio.io/v1", document.Object!.ApiVersion);
        var spec = document.Object.SpecAs<VirtualService>();
        Assert.Equal("jason", spec.Http[0].Match[0].Headers["end-user"].Exact);
        Assert.Equal(9080, spec.Http[1].Route[0].Destination!.Port!.Number);
        Assert.Equal([90, 10], spec.Http[1].Route.Select(r => r.Weight));
        Assert.Equal(TimeSpan.FromMinutes(2), spec.Http[1].Timeout);
        Assert.Equal(TimeSpan.FromMilliseconds(500), spec.Http[1].Retries!.PerTryTimeout);
    }

    [Fact]
    public void ToJson_ReadBack_GivesTheSameBytes()
    {
        var written = ObjectWriter.ToJson(ObjectReader.Read(Reviews, "f")[0].Object!);

        Assert.Equal(Encoding.UTF8.GetString(written), Encoding.UTF8.GetString(ObjectWriter.ToJson(ObjectReader.FromStoredJson(written))));
        Assert.Contains("\"timeout\":\"120s\",\"retries\":{\"attempts\":3,\"perTryTimeout\":\"0.5s\",\"retryOn\":\"5xx\"}", Encoding.UTF8.GetString(written));
    }

    [Fact]
    public void Read_LocalMeshOfTheIssue_KeepsPortsAndCommand()
    {
        const string Yaml = """
            apiVersion: mesh.dev/v1alpha1
            kind: LocalMesh
            metadata: {name: demo}
            spec:
              controlPlane: {replicas: 3}
              meshConfig: {trustDomain: cluster.local}
              gateways:
              - {name: ingress, namespace: mesh-system, labels: {istio: ingressgateway}, address: 127.0.0.1}
              workloads:
              - name: reviews-v1
                namespace: default
                serviceAccount: reviews
                labels: {app: reviews, version: v1}
                ports: {9080: 0}
                command: ["./reviews", "--version", "v1"]
                workingDirectory: .
                env: {A: b}
                replicas: 1
                sidecar: true
            """;

        var document = Assert.Single(ObjectReader.Read(Yaml, "mesh.yaml"));

        Assert.Empty(document.Diagnostics);
        var workload = Assert.Single(document.Object!.SpecAs<LocalMesh>().Workloads);
        Assert.Equal(0, workload.Ports[9080]);
        Assert.Equal(["./reviews", "--version", "v1"], workload.Command);
        Assert.True(workload.Sidecar);
    }

    [Fact]
    public void FromStoredJson_FieldsOfANewerVersion_AreIgnored()
    {
        var stored = ObjectReader.FromStoredJson("""
            {"apiVersion":"networking.istio.io/v1","kind":"DestinationRule","metadata":{"name":"a","namespace":"b","generation":3,"resourceVersion":"42","new":1},
             "spec":{"host":"reviews","brandNew":{"x":[1]},"subsets":[{"name":"v1","labels":{"version":"v1"},"later":true}]},"extra":{}}
            """u8);

        Assert.Equal(42ul, stored.Metadata.ResourceVersion.Value);
        Assert.Equal(3ul, stored.Metadata.Generation);
        Assert.Equal("v1", stored.SpecAs<DestinationRule>().Subsets[0].Labels["version"]);
    }

    [Theory]
    [InlineData("vs", "VirtualService")]
    [InlineData("virtualservices", "VirtualService")]
    [InlineData("VirtualService", "VirtualService")]
    [InlineData("virtualservice.networking.istio.io", "VirtualService")]
    [InlineData("svc", "Service")]
    [InlineData("gw", "Gateway")]
    public void TryFindByUserName_AnyForm_FindsTheKind(string name, string kind)
    {
        Assert.True(KindRegistry.TryFindByUserName(name, out var found));
        Assert.Equal(kind, found.Kind);
    }
}
