using Mesh.Cluster.Registry;
using Mesh.Cluster.Wire;
using Mesh.Protocol.V1;

namespace Mesh.Cluster.Tests.Registry;

public sealed class RegistryStateTests
{
    private readonly RegistryState _state = new("cluster-0");
    private readonly Guid _session = Guid.NewGuid();

    [Fact]
    public void Report_BeforeFullWorkloads_DoesNotAnnounceTheAgent()
    {
        Assert.True(_state.Attach("n", 1, "v", _session));
        var changes = _state.Report("n", _session, new AgentReport { Proxies = new ProxyReport { Full = true, Upserted = { new ProxyStatus { Id = "default/a" } } } });
        Assert.Equal("p|n|default/a", Assert.Single(changes).Key);
    }

    [Fact]
    public void Report_FullAgain_RemovesWhatIsNoLongerThere()
    {
        _state.Attach("n", 1, "v", _session);
        Assert.Equal(["w|n|default/a", "w|n|default/b", "a|n|"], _state.Report("n", _session, Full("a", "b")).Select(c => c.Key));
        var changes = _state.Report("n", _session, Full("b"));
        Assert.Equal("w|n|default/a", Assert.Single(changes).Key);
        Assert.True(changes[0].Removed);
    }

    [Fact]
    public void Attach_LowerIncarnation_IsRefused()
    {
        _state.Attach("n", 2, "v", _session);
        Assert.False(_state.Attach("n", 1, "v", Guid.NewGuid()));
    }

    [Fact]
    public void Report_OfAReplacedStream_ChangesNothing()
    {
        _state.Attach("n", 1, "v", _session);
        _state.Attach("n", 2, "v", Guid.NewGuid());
        Assert.Empty(_state.Report("n", _session, Full("a")));
        Assert.Null(_state.Detach("n", _session));
    }

    [Fact]
    public void Detach_KeepsEntriesUntilTheLeaseEnds()
    {
        _state.Attach("n", 1, "v", _session);
        _state.Report("n", _session, Full("a"));
        var changes = _state.Detach("n", _session)!;
        Assert.False(AgentEntry.Parser.ParseFrom(Assert.Single(changes).Value).Connected);
        Assert.Equal(["a|n|", "w|n|default/a"], _state.Expire("n").Select(c => c.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Expire_AttachedAgain_RemovesNothing()
    {
        _state.Attach("n", 1, "v", _session);
        _state.Report("n", _session, Full("a"));
        _state.Detach("n", _session);
        _state.Attach("n", 2, "v", Guid.NewGuid());
        Assert.Empty(_state.Expire("n"));
    }

    [Fact]
    public void Attach_Again_ForgetsTheRevisionAndTheObjectsOfTheFormerStream()
    {
        _state.Attach("n", 1, "v", _session);
        _state.Report("n", _session, Full("a"));
        _state.Report("n", _session, Objects(7, "x", "y"));
        var again = Guid.NewGuid();
        _state.Attach("n", 2, "v", again);
        var agent = AgentEntry.Parser.ParseFrom(Assert.Single(_state.Report("n", again, Full("a"))).Value);
        Assert.Equal((2ul, 0ul), (agent.Incarnation, agent.Revision));
        var changes = _state.Report("n", again, Objects(0, "y"));
        Assert.Equal("o|n|x", Assert.Single(changes).Key);
        Assert.True(changes[0].Removed);
        Assert.Equal(["o|n|z", "a|n|"], _state.Report("n", again, Objects(6, "z")).Select(c => c.Key));
    }

    private static AgentReport Objects(ulong revision, params string[] keys)
    {
        var report = new ObjectReport { Revision = revision };
        report.Objects.AddRange(keys.Select(key => new ObjectStatus { Key = key, Revision = 1 }));
        return new AgentReport { Objects = report };
    }

    internal static AgentReport Full(params string[] names)
    {
        var report = new WorkloadReport { Full = true };
        report.Upserted.AddRange(names.Select(name => new Workload
        {
            Namespace = "default", Name = name, WorkloadName = name, Address = "127.0.0.1", Node = "n", ServiceAccount = "s",
        }));
        return new AgentReport { Workloads = report };
    }
}
