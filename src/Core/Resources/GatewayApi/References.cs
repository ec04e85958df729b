using Mesh.Core.Fields;

namespace Mesh.Core.Resources.GatewayApi;

/// <summary>An object of the same namespace.</summary>
public sealed record LocalObjectReference
{
    /// <summary>Its API group; empty: Kubernetes' core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>Its kind.</summary>
    [Required]
    public string Kind { get; init; } = "";

    /// <summary>Its name.</summary>
    [Required]
    public string Name { get; init; } = "";
}

/// <summary>A Secret, or an object in its place.</summary>
public sealed record SecretObjectReference
{
    /// <summary>Its API group; empty: Kubernetes' core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>Its kind; empty: Secret.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Its name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Its namespace; empty: that of the object that refers to it. Another one needs a ReferenceGrant there.</summary>
    public string Namespace { get; init; } = "";
}

/// <summary>An object anywhere.</summary>
public sealed record GatewayObjectReference
{
    /// <summary>Its API group; empty: Kubernetes' core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>Its kind.</summary>
    [Required]
    public string Kind { get; init; } = "";

    /// <summary>Its name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Its namespace; empty: that of the object that refers to it. Another one needs a ReferenceGrant there.</summary>
    public string Namespace { get; init; } = "";
}

/// <summary>What a route attaches to: a gateway, one of its listeners, or a Service inside the mesh.</summary>
public sealed record ParentReference
{
    /// <summary>Its API group; null: gateway.networking.k8s.io. Empty for a Service.</summary>
    public string? Group { get; init; }

    /// <summary>Its kind; empty: Gateway.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Its namespace; empty: the route's own.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Its name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>The listener of a gateway, or the port of a Service, by name; empty: all.</summary>
    [Size(0, 253)]
    public string SectionName { get; init; } = "";

    /// <summary>The port; null: all.</summary>
    [Range(1, 65535)]
    public int? Port { get; init; }
}

/// <summary>Where a copy of traffic or a question goes.</summary>
public sealed record BackendObjectReference
{
    /// <summary>Its API group; empty: Kubernetes' core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>Its kind; empty: Service.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Its name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Its namespace; empty: the route's own. Another one needs a ReferenceGrant there.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Its port; required for a Service.</summary>
    [Range(1, 65535)]
    public int? Port { get; init; }
}

/// <summary>Where traffic goes, with its share.</summary>
public sealed record BackendRef
{
    /// <summary>Its API group; empty: Kubernetes' core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>Its kind; empty: Service.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Its name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Its namespace; empty: the route's own. Another one needs a ReferenceGrant there.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Its port; required for a Service.</summary>
    [Range(1, 65535)]
    public int? Port { get; init; }

    /// <summary>Its share in relation to the others'; null: 1. With 0 it gets none.</summary>
    [Range(0, 1000000)]
    public int? Weight { get; init; }
}

/// <summary>Which default gateways a route attaches to. Experimental, since Gateway API 1.4.</summary>
[VerbatimNames]
public enum UseDefaultGateways
{
    /// <summary>None.</summary>
    None,

    /// <summary>Any.</summary>
    All,
}
