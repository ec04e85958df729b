using System.Collections.Immutable;
using Mesh.Core.Identity;
using Mesh.Core.Resources;

namespace Mesh.NodeAgent.Model;

/// <summary>What differs between two snapshots of the mesh: names only, the snapshots hold the content.</summary>
internal sealed record ModelChange(ImmutableHashSet<ObjectKey> Objects, ImmutableHashSet<WorkloadId> Workloads, bool TrustBundle)
{
    public static readonly ModelChange None = new([], [], false);

    public bool IsNone => Objects.IsEmpty && Workloads.IsEmpty && !TrustBundle;

    public ModelChange And(ModelChange later) =>
        new(Objects.Union(later.Objects), Workloads.Union(later.Workloads), TrustBundle || later.TrustBundle);
}
