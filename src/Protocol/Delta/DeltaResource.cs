using Google.Protobuf.WellKnownTypes;

namespace Mesh.Protocol.Delta;

/// <summary>
/// One resource as the discovery transport carries it: its name, a version that differs whenever the content does, and the
/// packed message. <see cref="Body"/> is shared between the sessions of many peers and must not be changed.
/// </summary>
public sealed record DeltaResource(string Name, string Version, Any Body);
