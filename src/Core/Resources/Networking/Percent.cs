using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>A share in percent.</summary>
public sealed record Percent
{
    /// <summary>From 0 to 100; as fine as 0.0001.</summary>
    [Range(0, 100)]
    public double Value { get; init; }
}
