using Akka.Actor;
using Akka.Remote;
using Akka.Remote.Transport;
using Mesh.MultiNode.Tests.Replicas;

namespace Mesh.MultiNode.Tests;

/// <summary>Three replicas, torn apart and put together. Asserts what must hold, not how long it takes.</summary>
public sealed class PartitionTests
{
    [Fact]
    public async Task Partition_MinorityStepsDownAndReturns_NoRevisionTwiceNoGapAndEqualModels()
    {
        await using var mesh = await TestMesh.StartAsync(3, throttled: true);
        var revisions = new List<ulong>();
        for (var i = 1; i <= 5; i++) revisions.Add(await mesh.Replicas[i % 3].ApplyAsync("reviews", i));
        var alone = Oldest(mesh);
        var others = mesh.Replicas.Where(r => r != alone).ToArray();

        foreach (var other in others) await ThrottleAsync(alone, other, Blackhole.Instance);
        for (var i = 6; i <= 10; i++) revisions.Add(await mesh.ApplyAsync(IndexOf(mesh, others[i % 2].Options.Name), "reviews", i));
        await Until.TrueAsync(() => alone.IsTerminated, "the minority steps down");
        await mesh.ReviveAsync();
        foreach (var other in mesh.Replicas.Where(r => r != alone)) await ThrottleOneWayAsync(other, alone.Options.Address, Unthrottled.Instance);
        await mesh.RestartAsync(mesh.Replicas.ToList().IndexOf(alone));
        revisions.Add(await mesh.ApplyAsync(0, "reviews", 11));
        await mesh.ReviveAsync();

        Assert.Equal(Enumerable.Range(1, 11).Select(i => (ulong)i), revisions);
        await ConvergedAsync(mesh, 11);
    }

    [Fact]
    public async Task ShortPartition_Heals_EverybodyCatchesUp()
    {
        await using var mesh = await TestMesh.StartAsync(3, throttled: true);
        await mesh.Replicas[0].ApplyAsync("reviews", 1);
        await ConvergedAsync(mesh, 1);
        var oldest = Oldest(mesh);
        var cut = mesh.Replicas.First(r => r != oldest);
        foreach (var other in mesh.Replicas.Where(r => r != cut)) await ThrottleAsync(cut, other, Blackhole.Instance);
        for (var i = 2; i <= 20; i++) await oldest.ApplyAsync("reviews", i);
        Assert.Equal(1ul, cut.Model.Revision.Value);
        foreach (var other in mesh.Replicas.Where(r => r != cut)) await ThrottleAsync(cut, other, Unthrottled.Instance);
        await ConvergedAsync(mesh, 20);
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

    private static int IndexOf(TestMesh mesh, string name) => mesh.Replicas.ToList().FindIndex(r => r.Options.Name == name);

    private static async Task ConvergedAsync(TestMesh mesh, ulong revision)
    {
        await Until.TrueAsync(() => mesh.Replicas.All(r => r.Model.Revision.Value == revision), $"all at revision {revision}");
        var documents = mesh.Replicas.Select(r => string.Join("\n", r.Model.Documents.Select(d => $"{d.Key} {d.Value.Json.ToStringUtf8()}")));
        Assert.Single(documents.Distinct(StringComparer.Ordinal));
    }

    private static async Task ThrottleAsync(TestReplica a, TestReplica b, ThrottleMode mode)
    {
        await ThrottleOneWayAsync(a, b.Options.Address, mode);
        await ThrottleOneWayAsync(b, a.Options.Address, mode);
    }

    private static async Task ThrottleOneWayAsync(TestReplica from, string to, ThrottleMode mode)
    {
        var transport = ((IRemoteActorRefProvider)((ExtendedActorSystem)from.System).Provider).Transport;
        var peer = Akka.Cluster.Cluster.Get(from.System).SelfAddress.WithHost(to);
        var target = new Address(peer.Protocol.Replace("trttl.", "", StringComparison.Ordinal), peer.System, peer.Host, peer.Port);
        Assert.True(await transport.ManagementCommand(new SetThrottle(target, ThrottleTransportAdapter.Direction.Both, mode)));
    }
}
