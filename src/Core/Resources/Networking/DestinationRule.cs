using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>What callers of a host do once a route has chosen it (networking.istio.io DestinationRule).</summary>
public sealed record DestinationRule
{
    [Required]
    public string Host { get; init; } = "";

    public TrafficPolicy? TrafficPolicy { get; init; }

    public ImmutableArray<Subset> Subsets { get; init; } = [];

    /// <summary>Namespaces that see the object: <c>*</c> (also when empty) all, <c>.</c> its own, <c>~</c> none, or their names.</summary>
    public ImmutableArray<string> ExportTo { get; init; } = [];

    [NotEnforced(Stance.Refuse, "Rules for chosen callers are not supported yet; without it the rule would apply to every caller.")]
    public WorkloadSelector? WorkloadSelector { get; init; }
}
