using System.Collections.Immutable;

namespace Mesh.Translation;

/// <summary>The index after a change of workloads, and the services whose endpoints it touched.</summary>
public sealed record EndpointChange(MeshIndex Index, ImmutableHashSet<ServiceName> Services);
