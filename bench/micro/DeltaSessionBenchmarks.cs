using BenchmarkDotNet.Attributes;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol;
using Mesh.Protocol.Delta;

namespace Mesh.Bench.Micro;

/// <summary>
/// What one change costs one agent's stream on a replica that holds many objects: the update with the names that changed, the response,
/// and the acknowledgement. Must not grow with <see cref="Objects"/>.
/// </summary>
public class DeltaSessionBenchmarks
{
    private const string Changing = "VirtualService.networking.istio.io/default/v0";
    private static readonly string[] Changed = [Changing];
    private readonly Dictionary<string, DeltaResource> _objects = [];
    private DeltaServerSession _session = null!;
    private DeltaResources _even = null!;
    private DeltaResources _odd = null!;
    private bool _flip;

    [Params(100, 10_000)]
    public int Objects { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        for (var i = 0; i < Objects; i++)
            Put(_objects, $"VirtualService.networking.istio.io/default/v{i}", "1");
        _even = new DeltaResources(new Dictionary<string, DeltaResource>(_objects));
        Put(_objects, Changing, "2");
        _odd = new DeltaResources(_objects);

        _session = new DeltaServerSession(DeltaOrder.Model);
        _session.Update(TypeUrls.ConfigObject, _even);
        _session.OnRequest(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.ConfigObject });
        while (Exchange() > 0)
        {
        }
    }

    [Benchmark]
    public int OneChange()
    {
        _flip = !_flip;
        _session.Update(TypeUrls.ConfigObject, _flip ? _odd : _even, Changed);
        return Exchange() == 1 ? 1 : throw new InvalidOperationException("the change was not sent");
    }

    private int Exchange()
    {
        var responses = _session.TakeResponses();
        foreach (var response in responses)
            _session.OnRequest(new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce });
        return responses.Count;
    }

    private static void Put(Dictionary<string, DeltaResource> objects, string name, string version) =>
        objects[name] = new DeltaResource(name, version, new Any { TypeUrl = TypeUrls.ConfigObject, Value = ByteString.CopyFrom(new byte[500]) });
}
