using System.Text;
using BenchmarkDotNet.Attributes;
using Mesh.Core.Resources;

namespace Mesh.Bench.Micro;

/// <summary>
/// What an apply costs the replica that takes it (YAML read, every field validated) and each replica and agent after it (the stored form
/// read back), by the size of a VirtualService.
/// </summary>
public class ObjectBenchmarks
{
    private string _yaml = "";
    private byte[] _stored = [];

    [Params(1, 100)]
    public int Routes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var text = new StringBuilder("""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: reviews, namespace: default}
            spec:
              hosts: [reviews.default.svc.cluster.local]
              http:

            """);
        for (var i = 0; i < Routes; i++)
        {
            text.Append($$"""
                  - match:
                    - uri: { prefix: "/api/{{i}}" }
                      headers: { end-user: { exact: user-{{i}} } }
                    route:
                    - destination: { host: reviews.default.svc.cluster.local, subset: v1 }
                      weight: 90
                    - destination: { host: reviews.default.svc.cluster.local, subset: v2 }
                      weight: 10
                    timeout: 5s
                    retries: { attempts: 2, perTryTimeout: 1s, retryOn: 5xx }

                """);
        }

        _yaml = text.ToString();
        _stored = ObjectWriter.ToJson(ReadYaml());
    }

    [Benchmark]
    public MeshObject ReadYaml() => ObjectReader.Read(_yaml, "bench.yaml")[0] is { Object: { } read } ? read
        : throw new InvalidOperationException("the document was refused");

    [Benchmark]
    public MeshObject ReadStored() => ObjectReader.FromStoredJson(_stored);
}
