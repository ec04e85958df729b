using System.Collections.Immutable;
using Mesh.Core.Identity;
using Mesh.Core.Snapshots;

namespace Mesh.Analysis.Indexing;

/// <summary>Something that runs or will run: a Pod, what a Deployment makes, a workload or gateway of a LocalMesh, a registered workload.</summary>
/// <param name="Id">Its namespace and name.</param>
/// <param name="Labels">What selectors see.</param>
/// <param name="InMesh">Whether policies reach it: it has a sidecar or is a gateway.</param>
/// <param name="HasSidecar">Whether mutual TLS ends in front of it.</param>
/// <param name="IsPod">Whether it is Kubernetes' own, so that Services are how others reach it.</param>
internal sealed record IndexedWorkload(
    WorkloadId Id, ImmutableSortedDictionary<string, string> Labels, bool InMesh, bool HasSidecar, bool IsPod)
{
    public Workload ToSnapshot() => new()
    {
        Id = Id, WorkloadName = Id.Name, ServiceAccount = "default", Address = "", Node = "", Labels = Labels, HasSidecar = HasSidecar,
    };
}
