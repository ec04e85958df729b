using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>A port by number.</summary>
public sealed record PortSelector
{
    [Range(1, 65535)]
    public int Number { get; init; }
}
