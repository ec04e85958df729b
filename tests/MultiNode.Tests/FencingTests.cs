using System.Collections.Concurrent;
using Akka.Actor;
using Google.Protobuf;
using Mesh.Cluster.Config;
using Mesh.Cluster.OriginLogs;
using Mesh.Cluster.Wire;
using Mesh.MultiNode.Tests.Replicas;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.MultiNode.Tests;

/// <summary>Two configuration logs over one journal, as when a replica that was frozen wakes up after its log has moved.</summary>
public sealed class FencingTests
{
    [Fact]
    public async Task Write_OfAStaleLog_IsNeitherPersistedNorAcknowledgedNorPublishedAndTheLogStops()
    {
        await using var mesh = await TestMesh.StartAsync(1);
        var replica = mesh.Replicas[0];
        var first = await replica.ApplyAsync("reviews", 1);
        var heard = new ConcurrentQueue<object>();
        var witness = replica.System.ActorOf(Props.Create(() => new Witness(heard)));
        var stale = replica.System.ActorOf(ConfigLogActor.Props(witness, TimeProvider.System, NullLogger<ConfigLogActor>.Instance));
        witness.Tell(stale);
        await Until.TrueAsync(() => heard.OfType<OriginLogProtocol.Restore>().Any(), "the second log has recovered");
        var second = await replica.ApplyAsync("reviews", 2);

        stale.Tell(Change("ratings"), witness);

        await Until.TrueAsync(() => heard.OfType<Terminated>().Any(), "the stale log stops");
        Assert.Collection(heard, message => Assert.IsType<OriginLogProtocol.Restore>(message), message => Assert.IsType<Terminated>(message));
        Assert.Equal((1ul, 2ul, 3ul), (first, second, await replica.ApplyAsync("reviews", 3)));
        var restarted = await mesh.RestartAsync(0);
        Assert.Equal(3ul, restarted.Model.Revision.Value);
        Assert.Equal("reviews", Assert.Single(restarted.Model.Documents).Value.Name);
    }

    [Fact]
    public async Task ChangeThatChangesNothing_AtAStaleLog_IsNotAnsweredAndTheLogStops()
    {
        await using var mesh = await TestMesh.StartAsync(1);
        var replica = mesh.Replicas[0];
        await replica.ApplyAsync("reviews", 1);
        var heard = new ConcurrentQueue<object>();
        var witness = replica.System.ActorOf(Props.Create(() => new Witness(heard)));
        var log = replica.System.ActorOf(ConfigLogActor.Props(witness, TimeProvider.System, NullLogger<ConfigLogActor>.Instance));
        witness.Tell(log);
        await Until.TrueAsync(() => heard.OfType<OriginLogProtocol.Restore>().Any(), "the second log has recovered");

        // Nothing has been written since: its word is as good as that of the first.
        log.Tell(Removal("nobody"), witness);
        await Until.TrueAsync(() => heard.OfType<ConfigApplied>().Any(), "the log answers");
        Assert.Equal(1ul, heard.OfType<ConfigApplied>().Single().Revision);
        await replica.ApplyAsync("reviews", 2);
        log.Tell(Removal("nobody"), witness);

        await Until.TrueAsync(() => heard.OfType<Terminated>().Any(), "the stale log stops");
        Assert.Single(heard.OfType<ConfigApplied>());
        Assert.Equal(2ul, await replica.ApplyAsync("reviews", 2));
    }

    private static ApplyConfig Removal(string name) => new()
    {
        Changes = { new ConfigChange { Key = KeyOf(name), Remove = true } },
    };

    private static string KeyOf(string name) => $"VirtualService.networking.istio.io/default/{name}";

    private static ApplyConfig Change(string name) => new()
    {
        RequestId = "stale",
        Changes =
        {
            new ConfigChange
            {
                Key = KeyOf(name),
                ApiVersion = "networking.istio.io/v1",
                Json = ByteString.CopyFromUtf8($$"""{ "metadata": { "name": "{{name}}", "namespace": "default" }, "spec": { } }"""),
            },
        },
    };

    /// <summary>Keeps what it is told; watches the actor it is told of.</summary>
    private sealed class Witness(ConcurrentQueue<object> heard) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is IActorRef other) Context.Watch(other);
            else heard.Enqueue(message);
        }
    }
}
