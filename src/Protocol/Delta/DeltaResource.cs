using Google.Protobuf;

namespace Mesh.Protocol.Delta;

/// <summary>
/// One resource as the discovery transport carries it: its name, a version that differs whenever the content does, and the
/// serialized message. The type is that of the set it stands in. Immutable; sessions of many peers share one instance.
/// </summary>
public sealed record DeltaResource(string Name, string Version, ByteString Body);
