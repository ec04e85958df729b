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
