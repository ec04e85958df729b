using Mesh.Core.Fields;

namespace Mesh.Core.Resources;

/// <summary>The object whose traffic a policy is for, in the policy's own namespace (Istio's PolicyTargetReference).</summary>
public sealed record PolicyTargetReference
{
    /// <summary>The target's API group; empty: Kubernetes' core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>The target's kind: Gateway or GatewayClass of the Gateway API, Service, or ServiceEntry.</summary>
    [Required]
    public string Kind { get; init; } = "";

    /// <summary>The target's name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>The target's namespace. Must be left out: a policy is for objects of its own namespace.</summary>
    public string Namespace { get; init; } = "";
}
