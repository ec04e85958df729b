using Envoy.Service.Discovery.V3;

namespace Mesh.Protocol.Delta;

/// <summary>What one response changes at the subscriber, after leaving out what it did not ask for.</summary>
public sealed record DeltaChanges(
    string TypeUrl, string Nonce, string SystemVersion, IReadOnlyList<Resource> Upserted, IReadOnlyList<string> Removed);

/// <summary>A resource that the subscriber could not use, and why.</summary>
public sealed record DeltaRejection(string Name, string Reason);
