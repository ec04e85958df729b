using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>One target of a rule with its share of the traffic (Istio's HTTPRouteDestination).</summary>
public sealed record HttpRouteDestination
{
    /// <summary>Where requests go.</summary>
    [Required]
    public Destination? Destination { get; init; }

    /// <summary>Relative to the sum of all weights of the rule; 0 gets nothing. A single target needs none.</summary>
    [Range(0, int.MaxValue)]
    public int Weight { get; init; }

    /// <summary>Changes to headers for this target, after those of the rule.</summary>
    public Headers? Headers { get; init; }
}
