using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>One target that gets a copy of the traffic; its responses are thrown away (Istio's HTTPMirrorPolicy).</summary>
public sealed record HttpMirrorPolicy
{
    /// <summary>Where copies go.</summary>
    [Required]
    public Destination? Destination { get; init; }

    /// <summary>The share of requests that are copied; null: all.</summary>
    public Percent? Percentage { get; init; }
}
