using Envoy.Service.Discovery.V3;
using Mesh.Cluster.Distribution;
using Mesh.Core.Snapshots;
using Mesh.Protocol;

namespace Mesh.Cluster.Tests.Distribution;

public sealed class ModelSessionTests
{
    private static readonly ModelFold Fold = new(new TrustBundle("cluster.local", ["PEM"]), TimeSpan.FromSeconds(30));

    [Fact]
    public void TakeResponses_ReplicaJustStarted_TakesNothingAwayUntilSettled()
    {
        var session = new ModelSession(new ModelStep(Fold.Model, ModelChanges.None), isSettled: false);
        session.OnRequest(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Workload, InitialResourceVersions = { { "default/x", "v1" } } });
        var first = Assert.Single(session.TakeResponses());
        Assert.Empty(first.RemovedResources);
        session.OnRequest(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Workload, ResponseNonce = first.Nonce });
        session.Settle();
        Assert.Equal(["default/x"], Assert.Single(session.TakeResponses()).RemovedResources);
    }

    [Fact]
    public void TakeResponses_SettledReplica_RemovesAtOnce()
    {
        var session = new ModelSession(new ModelStep(Fold.Model, ModelChanges.None), isSettled: true);
        session.OnRequest(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Workload, InitialResourceVersions = { { "default/x", "v1" } } });
        Assert.Equal(["default/x"], Assert.Single(session.TakeResponses()).RemovedResources);
    }

    [Fact]
    public void TakeResponses_TrustBundle_IsSentByName()
    {
        var session = new ModelSession(new ModelStep(Fold.Model, ModelChanges.None), isSettled: true);
        session.OnRequest(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.TrustBundle });
        Assert.Equal("cluster.local", Assert.Single(Assert.Single(session.TakeResponses()).Resources).Name);
    }
}
