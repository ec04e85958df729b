using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol;
using Mesh.Protocol.Delta;

namespace NodeAgent.Tests.Delta;

/// <summary>Scripted traces: requests and updates in, and what the session says in between.</summary>
public sealed class DeltaServerSessionTests
{
    private const string Cds = TypeUrls.Cluster, Eds = TypeUrls.ClusterLoadAssignment, Lds = TypeUrls.Listener, Rds = TypeUrls.RouteConfiguration;

    private readonly DeltaServerSession _session = new(DeltaOrder.Xds);

    [Fact]
    public void FirstRequest_WithoutNames_SubscribesToEverything()
    {
        _session.Update(Cds, Set("a:1", "b:1"));
        Request(Cds);
        Assert.Equal("Cluster#1 +a:1 +b:1", Sent());
    }

    [Fact]
    public void FirstRequest_WhenThereIsNothing_IsAnsweredEmpty()
    {
        Request(Cds);
        Assert.Equal("Cluster#1", Sent());
    }

    [Fact]
    public void FirstRequest_WithVersionsHeld_SendsOnlyTheDifference()
    {
        _session.Update(Cds, Set("a:1", "b:2", "c:1"));
        Request(Cds, held: ["a:1", "b:1", "gone:1"]);
        Assert.Equal("Cluster#1 +b:2 +c:1 -gone", Sent());
    }

    [Fact]
    public void FirstRequest_WithNamesAndVersionsHeld_SendsOnlyTheDifference()
    {
        _session.Update(Eds, Set("a:1", "b:2", "c:1"));
        Request(Eds, subscribe: ["a", "b", "x"], held: ["a:1", "b:1"]);
        Assert.Equal("ClusterLoadAssignment#1 +b:2 -x", Sent());
    }

    [Fact]
    public void Subscribe_UnknownName_IsAnsweredRemovedAndSentWhenItAppears()
    {
        Request(Eds, subscribe: ["x"]);
        Assert.Equal("ClusterLoadAssignment#1 -x", Sent());
        Ack(Eds, "1");
        _session.Update(Eds, Set("x:1"));
        Assert.Equal("ClusterLoadAssignment#2 +x:1", Sent());
    }

    [Fact]
    public void Subscribe_RefusedNameUnderTheWildcard_IsSentAgainAndStillRemovedWhenItGoes()
    {
        _session.Update(Lds, Set("a:1", "b:1"));
        Request(Lds);
        Sent();
        Ack(Lds, "1");
        Request(Lds, subscribe: ["a"]);
        Assert.Equal("Listener#2 +a:1", Sent());
        Ack(Lds, "2");
        _session.Update(Lds, Set("b:1"));
        Assert.Equal("Listener#3 -a", Sent());
    }

    [Fact]
    public void Subscribe_NameAlreadySent_IsSentAgain()
    {
        _session.Update(Eds, Set("a:1"));
        Request(Eds, subscribe: ["a"]);
        Sent();
        Ack(Eds, "1");
        Request(Eds, subscribe: ["a"]);
        Assert.Equal("ClusterLoadAssignment#2 +a:1", Sent());
    }

    [Fact]
    public void Unsubscribe_ThenChange_SaysNothing()
    {
        _session.Update(Eds, Set("a:1", "b:1"));
        Request(Eds, subscribe: ["a", "b"]);
        Sent();
        Ack(Eds, "1");
        Request(Eds, unsubscribe: ["a"]);
        _session.Update(Eds, Set("a:2", "b:1"));
        Assert.Equal("", Sent());
    }

    [Fact]
    public void Update_WhileInFlight_CoalescesToTheNewest()
    {
        _session.Update(Cds, Set("a:1"));
        Request(Cds);
        Sent();
        _session.Update(Cds, Set("a:2"));
        _session.Update(Cds, Set("a:3", "b:1"));
        Assert.Equal("", Sent());
        Ack(Cds, "1");
        Assert.Equal("Cluster#2 +a:3 +b:1", Sent());
    }

    [Fact]
    public void Update_ThatReturnsToWhatThePeerHolds_SaysNothing()
    {
        _session.Update(Cds, Set("a:1"));
        Request(Cds);
        Sent();
        _session.Update(Cds, Set("a:2"));
        _session.Update(Cds, Set("a:1"));
        Ack(Cds, "1");
        Assert.Equal("", Sent());
    }

    [Fact]
    public void Update_WithHints_ComparesOnlyThose()
    {
        _session.Update(Eds, Set("a:1", "b:1"));
        Request(Eds, subscribe: ["a", "b"]);
        Sent();
        Ack(Eds, "1");
        _session.Update(Eds, Set("a:1", "b:2"), ["b"]);
        Assert.Equal("ClusterLoadAssignment#2 +b:2", Sent());
    }

    [Fact]
    public void Nack_KeepsResourcesAsToldUntilTheyChange()
    {
        _session.Update(Rds, Set("r:1"));
        Request(Rds, subscribe: ["r"]);
        Sent();
        var verdict = Nack(Rds, "1", "no such cluster");
        Assert.Equal("no such cluster", verdict?.Error);
        Assert.Equal(["r"], verdict?.Resources);
        Assert.Equal("", Sent());
        _session.Update(Rds, Set("r:2"));
        Assert.Equal("RouteConfiguration#2 +r:2", Sent());
    }

    [Fact]
    public void Ack_OfAnOlderNonce_IsNoVerdict()
    {
        _session.Update(Cds, Set("a:1"));
        Request(Cds);
        Sent();
        Assert.Null(Ack(Cds, "0"));
        _session.Update(Cds, Set("a:2"));
        Assert.Equal("", Sent());
    }

    [Fact]
    public void NewRoutes_WaitForTheClustersTheyMayReferTo()
    {
        Start(Cds, Lds, Rds);
        _session.Update(Rds, Set("r:1"));
        _session.Update(Cds, Set("a:1"));
        Assert.Equal("Cluster#4 +a:1", Sent());
        Ack(Cds, "4");
        Assert.Equal("RouteConfiguration#5 +r:1", Sent());
    }

    [Fact]
    public void NewRoutes_WithClustersChangingAllTheTime_WaitOnlyOnce()
    {
        Start(Cds, Lds, Rds);
        _session.Update(Cds, Set("a:1"));
        _session.Update(Rds, Set("r:1"));
        Assert.Equal("Cluster#4 +a:1", Sent());
        _session.Update(Cds, Set("a:1", "b:1"));
        Ack(Cds, "4");
        Assert.Equal("Cluster#5 +b:1 RouteConfiguration#6 +r:1", Sent());
    }

    [Fact]
    public void RemovedCluster_StaysUntilRoutesAreAcknowledged()
    {
        _session.Update(Cds, Set("a:1", "b:1"));
        _session.Update(Rds, Set("r:1"));
        Start(Cds, Lds, Rds);
        _session.Update(Cds, Set("b:1"));
        _session.Update(Rds, Set("r:2"));
        Assert.Equal("RouteConfiguration#4 +r:2", Sent());
        Ack(Rds, "4");
        Assert.Equal("Cluster#5 -a", Sent());
    }

    [Fact]
    public void AnsweredGeneration_FollowsTheSlowestType()
    {
        Start(Cds, Lds, Rds);
        _session.Update(Cds, Set("a:1"));
        _session.Update(Lds, Set("l:1"));
        _session.Generation = 7;
        Assert.Equal(0ul, _session.AnsweredGeneration);
        Sent();
        Ack(Cds, "4");
        Sent();
        Assert.Equal(0ul, _session.AnsweredGeneration);
        Nack(Lds, "5", "address in use");
        Assert.Equal(7ul, _session.AnsweredGeneration);
    }

    [Fact]
    public void AnsweredGeneration_WhenNothingDiffers_IsTheNewestAtOnce()
    {
        _session.Update(Cds, Set("a:1"));
        Start(Cds);
        _session.Update(Cds, Set("a:1"));
        _session.Generation = 9;
        Assert.Equal(9ul, _session.AnsweredGeneration);
    }

    [Fact]
    public void LargeState_IsCutAndItsVersionToldWithTheLastPart()
    {
        var session = new DeltaServerSession(DeltaOrder.Model, maxResponseBytes: 4);
        session.Update(TypeUrls.ConfigObject, Set("a:1", "b:1", "c:1"), systemVersion: "42");
        session.OnRequest(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.ConfigObject });
        List<string> versions = [];
        List<string> names = [];
        while (session.TakeResponses() is [var response])
        {
            versions.Add(response.SystemVersionInfo);
            names.AddRange(response.Resources.Select(r => r.Name));
            session.OnRequest(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.ConfigObject, ResponseNonce = response.Nonce });
        }

        Assert.Equal(["", "42"], versions);
        Assert.Equal(["a", "b", "c"], names.Order());
    }

    [Fact]
    public void SystemVersion_WhenNothingDiffers_IsToldAllTheSame()
    {
        var session = new DeltaServerSession(DeltaOrder.Model);
        session.Update(TypeUrls.ConfigObject, Set("a:1"), systemVersion: "42");
        session.OnRequest(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.ConfigObject });
        session.OnRequest(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.ConfigObject, ResponseNonce = session.TakeResponses()[0].Nonce });
        session.Update(TypeUrls.ConfigObject, Set("a:1"), [], "44");
        var response = Assert.Single(session.TakeResponses());
        Assert.Equal("44", response.SystemVersionInfo);
        Assert.Empty(response.Resources);
    }

    private static DeltaResources Set(params string[] resources) => new(resources.Select(r => r.Split(':')).ToDictionary(
        r => r[0], r => new DeltaResource(r[0], r[1], new Any { Value = ByteString.CopyFromUtf8("xx") })));

    private void Start(params string[] types)
    {
        foreach (var type in types) Request(type, subscribe: ["*"]);
        while (_session.TakeResponses() is { Count: > 0 } responses)
            foreach (var response in responses) Ack(response.TypeUrl, response.Nonce);
    }

    private void Request(string type, string[]? subscribe = null, string[]? unsubscribe = null, string[]? held = null)
    {
        var request = new DeltaDiscoveryRequest { TypeUrl = type };
        request.ResourceNamesSubscribe.Add(subscribe ?? []);
        request.ResourceNamesUnsubscribe.Add(unsubscribe ?? []);
        foreach (var pair in held ?? []) request.InitialResourceVersions.Add(pair.Split(':')[0], pair.Split(':')[1]);
        _session.OnRequest(request);
    }

    private DeltaAck? Ack(string type, string nonce) => _session.OnRequest(new DeltaDiscoveryRequest { TypeUrl = type, ResponseNonce = nonce });

    private DeltaAck? Nack(string type, string nonce, string reason) => _session.OnRequest(
        new DeltaDiscoveryRequest { TypeUrl = type, ResponseNonce = nonce, ErrorDetail = new Google.Rpc.Status { Code = 3, Message = reason } });

    private string Sent() => string.Join(' ', _session.TakeResponses().SelectMany(r => (string[])
    [
        $"{r.TypeUrl.Split('.')[^1]}#{r.Nonce}",
        .. r.Resources.OrderBy(x => x.Name).Select(x => $"+{x.Name}:{x.Version}"),
        .. r.RemovedResources.Order().Select(x => $"-{x}"),
    ]));
}
