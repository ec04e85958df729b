using System.Collections.Immutable;
using Mesh.Core.Identity;
using Mesh.Core.Resources;

namespace Mesh.Analysis;

/// <summary>What is analysed: files, a running mesh, or both, the files as they would be after apply.</summary>
public sealed record AnalysisInput
{
    /// <summary>Documents of files, in the order they would be applied.</summary>
    public ImmutableArray<ObjectDocument> Documents { get; init; } = [];

    /// <summary>What a running mesh has; null when only files are analysed.</summary>
    public RunningMesh? Mesh { get; init; }

    /// <summary>Whether documents that cannot be read, or are of unknown kinds, are passed over in silence.</summary>
    public bool IgnoreUnknown { get; init; }
}

/// <summary>The objects and workloads of a running mesh.</summary>
/// <param name="Objects">As the API answers, each read as a document of its own whose file is empty.</param>
/// <param name="Workloads">The registered ones, gateways included.</param>
public sealed record RunningMesh(ImmutableArray<ObjectDocument> Objects, ImmutableArray<RunningWorkload> Workloads);

/// <summary>A workload that is registered with a running mesh.</summary>
public sealed record RunningWorkload(WorkloadId Id, ImmutableSortedDictionary<string, string> Labels, bool HasSidecar, bool IsGateway);
