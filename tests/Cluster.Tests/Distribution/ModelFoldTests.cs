using Mesh.Cluster.Distribution;
using Mesh.Cluster.OriginLogs;
using Mesh.Cluster.Registry;
using Mesh.Cluster.Tests.Registry;
using Mesh.Cluster.Wire;
using Mesh.Core.Snapshots;

namespace Mesh.Cluster.Tests.Distribution;

public sealed class ModelFoldTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private readonly ModelFold _fold = new(new TrustBundle("cluster.local", ["PEM"]), Lease);

    [Fact]
    public void Apply_AgentMoves_HighestIncarnationWinsWhole()
    {
        Apply("registry/a", 1, Report(1, "x", "y"));
        Apply("registry/b", 1, Report(2, "y", "z"));
        Assert.Equal(["default/y", "default/z"], _fold.Model.Workloads.Keys.Order());
        // The former replica's lease ends: nothing of the new one may go.
        Apply("registry/a", 1, [.. Report(1, "x", "y").Select(e => new OriginEntry { Key = e.Key, Removed = true })]);
        Assert.Equal(["default/y", "default/z"], _fold.Model.Workloads.Keys.Order());
    }

    [Fact]
    public void Apply_AgentMoves_NoWorkloadItStillHasIsEverRemoved()
    {
        Apply("registry/a", 1, Report(1, "x"));
        var changes = Apply("registry/b", 1, Report(2, "x"));
        Assert.Empty(changes.Workloads);
    }

    [Fact]
    public void Drop_NewerOfTwoAgentsWithOneWorkload_TheOthersStays()
    {
        Apply("registry/a", 1, ReportOf("n", 1, "x"));
        Apply("registry/b", 1, ReportOf("m", 1, registeredAt: 2, "x", "y"));
        Assert.Equal("m", _fold.Model.Snapshot.Workloads.Values.First(w => w.Id.Name == "x").Node);
        Assert.Equal(["default/x", "default/y"], _fold.Drop("registry/b").Workloads.Order());
        Assert.Equal(["default/x"], _fold.Model.Workloads.Keys);
        Assert.Equal("n", Assert.Single(_fold.Model.Snapshot.Workloads.Values).Node);
        Assert.Equal(["default/x"], _fold.Drop("registry/a").Workloads);
        Assert.Empty(_fold.Model.Workloads);
    }

    [Fact]
    public void Apply_OlderOfTwoAgentsWithOneWorkloadSpeaksAgain_TheNewersStays()
    {
        Apply("registry/a", 1, ReportOf("m", 1, registeredAt: 1, "x"));
        Apply("registry/b", 1, ReportOf("n", 1, registeredAt: 2, "x"));
        Assert.Equal("n", NodeOf("x"));
        // Its health changes; it attaches anew, at another replica, with an incarnation above the newer agent's.
        Assert.Empty(Apply("registry/a", 1, ReportOf("m", 1, registeredAt: 1, health: Protocol.V1.Workload.Types.HealthState.Unhealthy, "x")).Workloads);
        Assert.Empty(Apply("registry/c", 1, ReportOf("m", 9, registeredAt: 1, "x")).Workloads);
        Assert.Equal("n", NodeOf("x"));
        // What the newer one says counts.
        Assert.Equal(["default/x"], Apply("registry/b", 1,
            ReportOf("n", 1, registeredAt: 2, health: Protocol.V1.Workload.Types.HealthState.Draining, "x")).Workloads);
        // It comes back to the older node.
        Apply("registry/c", 1, ReportOf("m", 9, registeredAt: 3, "x"));
        Assert.Equal("m", NodeOf("x"));
    }

    [Theory]
    [InlineData(0, 0, "m")]
    [InlineData(1, 2, "n")]
    [InlineData(2, 1, "m")]
    public void Apply_TwoAgentsWithOneWorkload_TheChoiceDoesNotDependOnTheOrder(ulong ofM, ulong ofN, string chosen)
    {
        var other = new ModelFold(new TrustBundle("cluster.local", ["PEM"]), Lease);
        (string Origin, IReadOnlyList<OriginEntry> Entries)[] told = [("registry/a", ReportOf("m", 1, ofM, "x")), ("registry/b", ReportOf("n", 1, ofN, "x"))];
        foreach (var (origin, entries) in told) Apply(origin, 1, entries);
        foreach (var (origin, entries) in told.Reverse()) other.Apply(new OriginLogProtocol.Advanced(origin, 1, 1, entries, IsWhole: false), Now);
        Assert.Equal(chosen, NodeOf("x"));
        Assert.Equal(_fold.Model.Workloads["default/x"].Version, other.Model.Workloads["default/x"].Version);
    }

    [Fact]
    public void Apply_ReplicaRestarts_ItsAgentsStayForTheLease()
    {
        Apply("registry/a", 1, Report(1, "x"));
        _fold.Apply(new OriginLogProtocol.Advanced("registry/a", 2, 1, [], IsWhole: true), Now);
        Assert.Equal(["default/x"], _fold.Model.Workloads.Keys);
        Assert.False(_fold.Model.Agents["n"].Connected);
        _fold.DropOrphans(Now + Lease / 2);
        Assert.Equal(["default/x"], _fold.Model.Workloads.Keys);
        Assert.Equal(["default/x"], _fold.DropOrphans(Now + Lease).Workloads);
        Assert.Empty(_fold.Model.Workloads);
    }

    [Fact]
    public void Drop_Origin_RemovesItsAgents()
    {
        Apply("registry/a", 1, Report(1, "x"));
        Assert.Equal(["default/x"], _fold.Drop("registry/a").Workloads);
        Assert.Empty(_fold.Model.Agents);
    }

    [Fact]
    public void Apply_WholeConfigLog_RemovesWhatItDoesNotName()
    {
        Config(1, isWhole: true, "a", "b");
        Assert.True(_fold.Model.IsConfigKnown);
        var changes = Config(2, isWhole: true, "b");
        Assert.Equal(["Service/default/a"], changes.Objects);
        Assert.Equal(["Service/default/b"], _fold.Model.Objects.Keys);
        Assert.Equal(2ul, _fold.Model.Revision.Value);
    }

    private ModelChanges Apply(string origin, ulong epoch, IReadOnlyList<OriginEntry> entries) =>
        _fold.Apply(new OriginLogProtocol.Advanced(origin, epoch, 1, entries, IsWhole: false), Now);

    private ModelChanges Config(ulong revision, bool isWhole, params string[] names)
    {
        var entries = names.Select(name => new OriginEntry
        {
            Key = $"Service/default/{name}",
            Value = Google.Protobuf.MessageExtensions.ToByteString(new Protocol.V1.ConfigObject { Kind = "Service", Namespace = "default", Name = name, Revision = 1 }),
        });
        return _fold.Apply(new OriginLogProtocol.Advanced("config", 1, revision, [.. entries], isWhole), Now);
    }

    private static IReadOnlyList<OriginEntry> Report(ulong incarnation, params string[] names) => ReportOf("n", incarnation, names);

    private string NodeOf(string name) => _fold.Model.Snapshot.Workloads.Values.Single(w => w.Id.Name == name).Node;

    private static IReadOnlyList<OriginEntry> ReportOf(string node, ulong incarnation, params string[] names) => ReportOf(node, incarnation, 1, names);

    private static IReadOnlyList<OriginEntry> ReportOf(string node, ulong incarnation, ulong registeredAt, params string[] names) =>
        ReportOf(node, incarnation, registeredAt, Protocol.V1.Workload.Types.HealthState.Healthy, names);

    private static IReadOnlyList<OriginEntry> ReportOf(
        string node, ulong incarnation, ulong registeredAt, Protocol.V1.Workload.Types.HealthState health, params string[] names)
    {
        var state = new RegistryState("r");
        var session = Guid.NewGuid();
        state.Attach(node, incarnation, "v", session);
        var report = RegistryStateTests.Full(names);
        foreach (var workload in report.Workloads.Upserted) (workload.Node, workload.RegisteredAt, workload.Health) = (node, registeredAt, health);
        return state.Report(node, session, report);
    }
}
