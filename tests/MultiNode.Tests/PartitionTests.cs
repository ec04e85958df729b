using Akka.Actor;
using Mesh.Cluster.Wire;
using Mesh.MultiNode.Tests.Replicas;

namespace Mesh.MultiNode.Tests;

/// <summary>Three replicas, torn apart and put together. Asserts what must hold, not how long it takes.</summary>
public sealed class PartitionTests
{
    // A starved machine stops for seconds: here the failure detector must not be what decides how long a partition may take.
    private const string Patient = "akka.cluster.failure-detector.acceptable-heartbeat-pause = 120s";

    [Fact]
    public async Task Partition_MinorityStepsDownAndReturns_NoRevisionTwiceNoGapAndEqualModels()
    {
        await using var mesh = await TestMesh.StartAsync(3);
        var revisions = new List<ulong>();
        for (var i = 1; i <= 5; i++) revisions.Add(await mesh.Replicas[i % 3].ApplyAsync("reviews", i));
        var alone = Oldest(mesh);
        var others = mesh.Replicas.Where(r => r != alone).ToArray();

        mesh.Network.Cut(alone.Options.Address);
        for (var i = 6; i <= 10; i++) revisions.Add(await others[i % 2].ApplyAsync("reviews", i));
        await Until.TrueAsync(() => alone.IsTerminated, "the minority steps down");
        mesh.Network.Heal(alone.Options.Address);
        await mesh.RestartAsync(mesh.Replicas.ToList().IndexOf(alone));
        revisions.Add(await mesh.Replicas[0].ApplyAsync("reviews", 11));

        Assert.Equal(Enumerable.Range(1, 11).Select(i => (ulong)i), revisions);
        await ConvergedAsync(mesh, 11);
        Assert.All(others, other => Assert.False(other.IsTerminated, $"{other.Options.Name} ended"));
    }

    [Fact]
    public async Task ShortPartition_Heals_EverybodyCatchesUp()
    {
        await using var mesh = await TestMesh.StartAsync(3, Patient);
        await mesh.Replicas[0].ApplyAsync("reviews", 1);
        await ConvergedAsync(mesh, 1);
        var oldest = Oldest(mesh);
        var cut = mesh.Replicas.First(r => r != oldest);
        mesh.Network.Cut(cut.Options.Address);
        for (var i = 2; i <= 20; i++) await oldest.ApplyAsync("reviews", i);
        Assert.Equal(1ul, cut.Model.Revision.Value);
        mesh.Network.Heal(cut.Options.Address);
        await ConvergedAsync(mesh, 20);
    }

    [Fact]
    public async Task Handshake_CutByADyingPeer_LeavesTheReplicaServing()
    {
        await using var mesh = await TestMesh.StartAsync(1);
        var replica = mesh.Replicas[0];
        await using var dying = new DyingPeer(mesh.AddressOf(1), replica.Options.Ports.Remoting);
        var peer = replica.System.ActorSelection($"akka.ssl.tcp://mesh@{mesh.AddressOf(1)}:{replica.Options.Ports.Remoting}/user/anybody");

        // The address is gated for a while after each failure; what is sent then makes no connection.
        await Until.TrueAsync(() =>
        {
            peer.Tell(new OriginBeacon());
            return dying.Handshakes >= 3;
        }, "three handshakes were cut");

        Assert.Equal(1ul, await replica.ApplyAsync("reviews", 1));
        Assert.Null(CoordinatedShutdown.Get(replica.System).ShutdownReason);
        Assert.False(replica.IsTerminated);
    }

    [Fact]
    public async Task Crash_OfTheLogsReplica_RevisionsGoOnAndTheReturnedOneCatchesUp()
    {
        await using var mesh = await TestMesh.StartAsync(3);
        var first = await mesh.Replicas[1].ApplyAsync("reviews", 1);
        var crashed = Oldest(mesh);
        var left = mesh.Replicas.First(r => r != crashed);
        await crashed.CrashAsync();
        var second = await left.ApplyAsync("reviews", 2);
        Assert.Equal((1ul, 2ul), (first, second));
        await mesh.RestartAsync(mesh.Replicas.ToList().IndexOf(crashed));
        await ConvergedAsync(mesh, 2);
    }

    [Fact]
    public async Task FullRestart_EverythingIsBackFromTheDatabase()
    {
        await using var mesh = await TestMesh.StartAsync(1);
        await mesh.Replicas[0].ApplyAsync("reviews", 1);
        await mesh.Replicas[0].ApplyAsync("ratings", 1);
        var replica = await mesh.RestartAsync(0);
        Assert.Equal(2ul, replica.Model.Revision.Value);
        Assert.Equal(2, replica.Model.Documents.Count);
        Assert.Equal(3ul, await replica.ApplyAsync("reviews", 2));
    }

    private static TestReplica Oldest(TestMesh mesh)
    {
        var oldest = Mesh.Cluster.Management.MembersJson.Oldest(Akka.Cluster.Cluster.Get(mesh.Replicas[0].System).State.Members)!;
        return mesh.Replicas.Single(r => r.Options.Address == oldest.Address.Host);
    }

    private static async Task ConvergedAsync(TestMesh mesh, ulong revision)
    {
        await Until.TrueAsync(() => mesh.Replicas.All(r => r.Model.Revision.Value == revision), $"all at revision {revision}");
        var documents = mesh.Replicas.Select(r => string.Join("\n", r.Model.Documents.Select(d => $"{d.Key} {d.Value.Json.ToStringUtf8()}")));
        Assert.Single(documents.Distinct(StringComparer.Ordinal));
    }
}
