using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>A port by number.</summary>
public sealed record PortSelector
{
    /// <summary>The service port's number.</summary>
    [Range(1, 65535)]
    public int Number { get; init; }
}
