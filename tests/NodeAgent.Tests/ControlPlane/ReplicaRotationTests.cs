using Mesh.NodeAgent.ControlPlane;

namespace NodeAgent.Tests.ControlPlane;

public sealed class ReplicaRotationTests
{
    [Fact]
    public void Next_AfterALoss_TriesEveryOtherReplicaWithoutWaiting()
    {
        var rotation = new ReplicaRotation(3, new Random(1));
        HashSet<int> tried = [];
        for (var i = 0; i < 3; i++)
        {
            var (replica, wait) = rotation.Next();
            Assert.Equal(TimeSpan.Zero, wait);
            tried.Add(replica);
            rotation.Failed();
        }

        Assert.Equal(3, tried.Count);
        Assert.InRange(rotation.Next().Wait.TotalMilliseconds, 100, 200);
    }

    [Fact]
    public void Wait_GrowsFromRoundToRound_UpToALimit_AndStartsAnewAfterSuccess()
    {
        var rotation = new ReplicaRotation(1, new Random(1));
        List<TimeSpan> waits = [];
        for (var i = 0; i < 20; i++)
        {
            waits.Add(rotation.Next().Wait);
            rotation.Failed();
        }

        Assert.InRange(waits[^1].TotalSeconds, 2.5, 5);
        Assert.True(waits[1] < waits[4]);
        rotation.Succeeded();
        Assert.Equal(TimeSpan.Zero, rotation.Next().Wait);
    }

    [Fact]
    public void Agents_StartAtDifferentReplicas()
    {
        var first = Enumerable.Range(0, 300).Select(seed => new ReplicaRotation(3, new Random(seed)).Next().Replica).CountBy(r => r).ToDictionary();
        Assert.All([0, 1, 2], replica => Assert.InRange(first[replica], 60, 140));
    }
}
