namespace Mesh.Core.Resources.Networking;

/// <summary>Another VirtualService whose rules are used under this rule's matches.</summary>
public sealed record Delegate
{
    public string Name { get; init; } = "";

    public string Namespace { get; init; } = "";
}
