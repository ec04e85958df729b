using Akka.Actor;
using Google.Protobuf;
using Mesh.Cluster.Messaging;
using Mesh.Cluster.Wire;

namespace Mesh.Cluster.Tests.Messaging;

public sealed class WireSerializerTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("wire", "akka.loglevel = ERROR");

    public static TheoryData<string> Messages => [.. Samples.Keys];

    private static readonly Dictionary<string, IMessage> Samples = new IMessage[]
    {
        new OriginBatch { Origin = "config", Epoch = 1, PrevRevision = 2, Revision = 3, Entries = { new OriginEntry { Key = "k", Value = ByteString.CopyFromUtf8("v") } } },
        new OriginSnapshot { Origin = "config", Epoch = 1, Revision = 3, Entries = { new OriginEntry { Key = "k", Removed = true } } },
        new OriginBeacon { Replica = "a", Address = "127.0.0.1", Heads = { new OriginHead { Origin = "config", Epoch = 1, Revision = 2 } } },
        new OriginCatchUp { Origin = "config", Epoch = 1, From = 2 },
        new Fragment { Id = "x", Manifest = "ob", Index = 1, Count = 2, Data = ByteString.CopyFromUtf8("d") },
        new ApplyConfig { RequestId = "r", Changes = { new ConfigChange { Key = "k", ApiVersion = "v1", Json = ByteString.CopyFromUtf8("{}"), ExpectedRevision = 0 } } },
        new ConfigApplied { RequestId = "r", Revision = 4, Outcomes = { new ConfigOutcome { Key = "k", Action = ConfigOutcome.Types.Action.Created, Revision = 4 } } },
        new ConfigChanged { Epoch = 1, RequestId = "r", Removed = { "k" }, Upserted = { new StoredObject { DocumentDigest = ByteString.CopyFromUtf8("d") } } },
        new ConfigSnapshot { Epoch = 1, Revision = 9, Objects = { new StoredObject() }, Recent = { new ConfigApplied { RequestId = "r" } } },
    }.ToDictionary(m => m.Descriptor.Name);

    [Theory]
    [MemberData(nameof(Messages))]
    public void RoundTrip_EveryMessage_IsEqual(string name)
    {
        var serializer = new WireSerializer((ExtendedActorSystem)_system);
        var message = Samples[name];
        Assert.Equal(message, serializer.FromBinary(serializer.ToBinary(message), serializer.Manifest(message)));
    }

    [Fact]
    public void MessageTypes_AllAreRoundTripped() =>
        Assert.Equal(WireSerializer.MessageTypes.Select(t => t.Name).Order(), Samples.Keys.Order());

    [Fact]
    public void FromBinary_UnknownManifest_Throws() =>
        Assert.Throws<System.Runtime.Serialization.SerializationException>(() => WireSerializer.Parse("??", []));

    public void Dispose() => _system.Dispose();
}
