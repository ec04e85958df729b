using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>A service, one of its ports and one of the subsets its DestinationRule names.</summary>
public sealed record Destination
{
    [Required]
    public string Host { get; init; } = "";

    public string Subset { get; init; } = "";

    /// <summary>Needed only when the service has several ports.</summary>
    public PortSelector? Port { get; init; }
}
