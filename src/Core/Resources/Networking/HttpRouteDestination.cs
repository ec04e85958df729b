using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>One target of a rule with its share of the traffic (Istio's HTTPRouteDestination).</summary>
public sealed record HttpRouteDestination
{
    [Required]
    public Destination? Destination { get; init; }

    /// <summary>Relative to the sum of all weights of the rule; a single target needs none.</summary>
    [Range(0, int.MaxValue)]
    public int Weight { get; init; }

    public Headers? Headers { get; init; }
}
