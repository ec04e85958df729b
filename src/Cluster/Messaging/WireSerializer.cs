using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;
using Mesh.Cluster.Wire;

namespace Mesh.Cluster.Messaging;

/// <summary>
/// Every message that leaves a replica or enters its journal, by a short manifest that survives renamed classes. A type that
/// is not listed here cannot be sent: strict serialization is on.
/// </summary>
internal sealed class WireSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Unique among serializers; 0-40 are Akka's.</summary>
    public const int Id = 4053;

    private static readonly (string Manifest, MessageParser Parser, Type Type)[] Types =
    [
        ("ob", OriginBatch.Parser, typeof(OriginBatch)),
        ("os", OriginSnapshot.Parser, typeof(OriginSnapshot)),
        ("on", OriginBeacon.Parser, typeof(OriginBeacon)),
        ("oc", OriginCatchUp.Parser, typeof(OriginCatchUp)),
        ("fr", Fragment.Parser, typeof(Fragment)),
        ("ca", ApplyConfig.Parser, typeof(ApplyConfig)),
        ("cr", ConfigApplied.Parser, typeof(ConfigApplied)),
        ("ce", ConfigChanged.Parser, typeof(ConfigChanged)),
        ("cs", ConfigSnapshot.Parser, typeof(ConfigSnapshot)),
    ];

    private static readonly Dictionary<string, MessageParser> Parsers = Types.ToDictionary(t => t.Manifest, t => t.Parser);
    private static readonly Dictionary<Type, string> Manifests = Types.ToDictionary(t => t.Type, t => t.Manifest);

    /// <summary>The types to bind.</summary>
    public static IEnumerable<Type> MessageTypes => Manifests.Keys;

    public override int Identifier => Id;

    public static string ManifestOf(IMessage message) => Manifests[message.GetType()];

    public static IMessage Parse(string manifest, ReadOnlySpan<byte> bytes) =>
        Parsers.TryGetValue(manifest, out var parser)
            ? parser.ParseFrom(bytes)
            : throw new System.Runtime.Serialization.SerializationException($"Unknown manifest '{manifest}' from a newer replica?");

    public override byte[] ToBinary(object obj) => ((IMessage)obj).ToByteArray();

    public override object FromBinary(byte[] bytes, string manifest) => Parse(manifest, bytes);

    public override string Manifest(object o) => ManifestOf((IMessage)o);
}
