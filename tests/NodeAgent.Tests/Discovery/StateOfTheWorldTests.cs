using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.NodeAgent.Discovery;
using Mesh.Protocol;
using Mesh.Protocol.Delta;

namespace NodeAgent.Tests.Discovery;

public sealed class StateOfTheWorldTests
{
    private readonly DeltaServerSession _session = new(DeltaOrder.Xds, int.MaxValue);

    [Fact]
    public void Clusters_AreAlwaysToldWhole()
    {
        _session.Update(TypeUrls.Cluster, Set("a:1", "b:1"));
        Request(TypeUrls.Cluster);
        Assert.Equal("a:1 b:1", Sent());
        Request(TypeUrls.Cluster, nonce: "1");
        _session.Update(TypeUrls.Cluster, Set("a:2", "b:1"));
        Assert.Equal("a:2 b:1", Sent());
        Request(TypeUrls.Cluster, nonce: "2");
        _session.Update(TypeUrls.Cluster, Set("a:2"));
        Assert.Equal("a:2", Sent());
    }

    [Fact]
    public void Endpoints_AreToldAsTheyDiffer_ForTheNamesOfTheLastRequest()
    {
        _session.Update(TypeUrls.ClusterLoadAssignment, Set("a:1", "b:1", "c:1"));
        Request(TypeUrls.ClusterLoadAssignment, names: ["a"]);
        Assert.Equal("a:1", Sent());
        Request(TypeUrls.ClusterLoadAssignment, nonce: "1", names: ["a", "b"]);
        Assert.Equal("b:1", Sent());
        Request(TypeUrls.ClusterLoadAssignment, nonce: "2", names: ["b"]);
        _session.Update(TypeUrls.ClusterLoadAssignment, Set("a:2", "b:1", "c:2"));
        Assert.Null(Sent());
    }

    [Fact]
    public void Listeners_AskedForByName_AreToldWithoutTheOthers()
    {
        _session.Update(TypeUrls.Listener, Set("a:1", "b:1"));
        Request(TypeUrls.Listener, names: ["b", "missing"]);
        Assert.Equal("b:1", Sent());
    }

    private static DeltaResources Set(params string[] resources) => new(resources.ToDictionary(
        r => r.Split(':')[0], r => new DeltaResource(r.Split(':')[0], r.Split(':')[1], new Any { Value = ByteString.CopyFromUtf8(r) })));

    private void Request(string type, string nonce = "", params string[] names) =>
        _session.OnRequest(StateOfTheWorld.ToDelta(new DiscoveryRequest { TypeUrl = type, ResponseNonce = nonce, ResourceNames = { names } }, _session));

    private string? Sent() => _session.TakeResponses() is [var delta]
        ? string.Join(' ', StateOfTheWorld.ToFull(_session, delta).Resources.Select(r => r.Value.ToStringUtf8()).Order())
        : null;
}
