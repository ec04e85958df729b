using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>One target that gets a copy of the traffic (Istio's HTTPMirrorPolicy).</summary>
public sealed record HttpMirrorPolicy
{
    [Required]
    public Destination? Destination { get; init; }

    public Percent? Percentage { get; init; }
}
