namespace Mesh.Core.Resources.Networking;

/// <summary>Another VirtualService whose rules are used under this rule's matches. It has no hosts and gateways of its own, and delegates no further.</summary>
public sealed record Delegate
{
    /// <summary>The VirtualService's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its namespace; empty: the object's own.</summary>
    public string Namespace { get; init; } = "";
}
