using Mesh.Cluster.OriginLogs;
using Mesh.Cluster.Tests.Certificates;

namespace Mesh.Cluster.Tests.OriginLogs;

public sealed class OriginLeasesTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Expire_OwnerSilentForTheLease_IsTrueAndStaysSoForItsEpoch()
    {
        var leases = new OriginLeases(_time, TimeSpan.FromSeconds(30), "self");
        leases.Heard("a");
        Assert.False(leases.Expire("registry/a", 7));
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.True(leases.Expire("registry/a", 7));
        Assert.True(leases.IsExpired("registry/a", 7));
        Assert.False(leases.IsExpired("registry/a", 8));
        leases.Heard("a");
        Assert.False(leases.IsExpired("registry/a", 7));
    }

    [Fact]
    public void Expire_ConfigLog_NeverHappens()
    {
        var leases = new OriginLeases(_time, TimeSpan.FromSeconds(30), "self");
        leases.Seen("config");
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(leases.Expire("config", 1));
    }

    [Fact]
    public void Expire_OwnLogThatPeersTellOf_NeverHappens()
    {
        var leases = new OriginLeases(_time, TimeSpan.FromSeconds(30), "self");
        leases.Seen("registry/self");
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(leases.Expire("registry/self", 1));
    }
}
