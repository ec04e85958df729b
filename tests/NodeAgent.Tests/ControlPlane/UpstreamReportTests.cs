using Mesh.NodeAgent.ControlPlane;
using Mesh.Protocol.V1;

namespace NodeAgent.Tests.ControlPlane;

public sealed class UpstreamReportTests
{
    private readonly UpstreamReport _report = new();

    [Fact]
    public void Take_AfterRestart_IsFull_ThenOnlyChanges()
    {
        _report.PutWorkload("a/1", new Workload { Name = "1" });
        _report.PutWorkload("a/2", new Workload { Name = "2" });
        _report.Restart();
        var full = _report.Take().Single(r => r.Workloads is not null).Workloads;
        Assert.True(full.Full);
        Assert.Equal(2, full.Upserted.Count);
        _report.PutWorkload("a/1", new Workload { Name = "1" });
        Assert.Empty(_report.Take());
        _report.PutWorkload("a/1", null);
        var change = Assert.Single(_report.Take()).Workloads;
        Assert.Equal((false, 0, "a/1"), (change.Full, change.Upserted.Count, Assert.Single(change.Removed)));
    }

    [Fact]
    public void Take_ManyChangesOfOneThing_TellsTheLast()
    {
        _report.PutProxy("a/1", new ProxyStatus { Id = "a/1", Revision = 1 });
        _report.PutProxy("a/1", new ProxyStatus { Id = "a/1", Revision = 2 });
        Assert.Equal(2ul, Assert.Single(Assert.Single(_report.Take()).Proxies.Upserted).Revision);
    }

    [Fact]
    public void Take_ALongObjectReport_ClaimsTheRevisionWithItsLastPart()
    {
        _report.PutObjects(9, Enumerable.Range(0, 1000).Select(i => new ObjectStatus { Key = $"Service/a/{i}" }));
        var parts = _report.Take().Select(r => r.Objects).ToArray();
        Assert.Equal([0, 0, 9], parts.Select(p => (int)p.Revision));
        Assert.Equal(1000, parts.Sum(p => p.Objects.Count));
    }

    [Fact]
    public void Take_ARevisionThatChangedNoObject_IsToldByItself()
    {
        _report.PutObjects(3, []);
        Assert.Equal(3ul, Assert.Single(_report.Take()).Objects.Revision);
    }
}
