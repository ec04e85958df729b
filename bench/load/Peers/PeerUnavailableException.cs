namespace Mesh.Bench.Peers;

/// <summary>A row that cannot be measured here; the message says why and what to do about it.</summary>
internal sealed class PeerUnavailableException(string reason) : Exception(reason);
