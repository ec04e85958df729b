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
        Apply("registry/b", 1, ReportOf("m", 1, "x", "y"));
        Assert.Equal("m", _fold.Model.Snapshot.Workloads.Values.First(w => w.Id.Name == "x").Node);
        Assert.Equal(["default/x", "default/y"], _fold.Drop("registry/b").Workloads.Order());
        Assert.Equal(["default/x"], _fold.Model.Workloads.Keys);
        Assert.Equal("n", Assert.Single(_fold.Model.Snapshot.Workloads.Values).Node);
        Assert.Equal(["default/x"], _fold.Drop("registry/a").Workloads);
        Assert.Empty(_fold.Model.Workloads);
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

    private static IReadOnlyList<OriginEntry> ReportOf(string node, ulong incarnation, params string[] names)
    {
        var state = new RegistryState("r");
        var session = Guid.NewGuid();
        state.Attach(node, incarnation, "v", session);
        var report = RegistryStateTests.Full(names);
        foreach (var workload in report.Workloads.Upserted) workload.Node = node;
        return state.Report(node, session, report);
    }
}
