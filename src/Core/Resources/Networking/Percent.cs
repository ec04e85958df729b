using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>A share from 0 to 100.</summary>
public sealed record Percent
{
    [Range(0, 100)]
    public double Value { get; init; }
}
