using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>What callers of a host do once a route has chosen it (networking.istio.io DestinationRule).</summary>
public sealed record DestinationRule
{
    /// <summary>The service, or a wildcard (<c>*.example.com</c>) for many. A short name is relative to the object's namespace.</summary>
    [Required]
    public string Host { get; init; } = "";

    /// <summary>How callers balance, connect and secure traffic; null: as the mesh does by default.</summary>
    public TrafficPolicy? TrafficPolicy { get; init; }

    /// <summary>Named parts of the endpoints, for routes to choose between, each with changes to the policy.</summary>
    public ImmutableArray<Subset> Subsets { get; init; } = [];

    /// <summary>Namespaces that see the object: <c>*</c> (also when empty) all, <c>.</c> its own, or their names.</summary>
    public ImmutableArray<string> ExportTo { get; init; } = [];

    /// <summary>Callers the rule is for, by labels, in the object's namespace only; null: all. Such a rule takes the place of wider ones whole.</summary>
    public WorkloadSelector? WorkloadSelector { get; init; }
}
