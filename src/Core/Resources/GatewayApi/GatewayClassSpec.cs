using Mesh.Core.Fields;

namespace Mesh.Core.Resources.GatewayApi;

/// <summary>A kind of gateway and who provides it (Gateway API's GatewayClass).</summary>
[NotEnforced(Stance.Refuse, "Gateways of the Gateway API are not run yet. Use Istio's Gateway and VirtualService.")]
public sealed record GatewayClassSpec
{
    /// <summary>The controller that runs gateways of the class, as <c>domain/path</c>; cannot change.</summary>
    [Required]
    public string ControllerName { get; init; } = "";

    /// <summary>An object with the controller's own settings.</summary>
    public GatewayParametersReference? ParametersRef { get; init; }

    /// <summary>For people; at most 64 characters.</summary>
    [Size(0, 64)]
    public string Description { get; init; } = "";
}

/// <summary>An object with settings of a controller.</summary>
public sealed record GatewayParametersReference
{
    /// <summary>Its API group; empty: Kubernetes' core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>Its kind.</summary>
    [Required]
    public string Kind { get; init; } = "";

    /// <summary>Its name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Its namespace; empty for kinds of cluster scope.</summary>
    public string Namespace { get; init; } = "";
}
