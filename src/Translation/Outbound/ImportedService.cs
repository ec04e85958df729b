using System.Collections.Immutable;
using Mesh.Translation.Indexing;

namespace Mesh.Translation.Outbound;

/// <summary>A service that callers reach by its names, on these of its ports.</summary>
internal sealed record ImportedService(ServiceModel Service, ImmutableArray<ServicePortModel> Ports);
