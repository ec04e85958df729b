using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>A service, one of its ports and one of the subsets its DestinationRule names.</summary>
public sealed record Destination
{
    /// <summary>The service's name: a Service or the host of a ServiceEntry. A short name is relative to the object's namespace.</summary>
    [Required]
    public string Host { get; init; } = "";

    /// <summary>A subset of the service's DestinationRule; empty: all endpoints.</summary>
    public string Subset { get; init; } = "";

    /// <summary>The service's port. Needed only when the service has several.</summary>
    public PortSelector? Port { get; init; }
}
