using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Kubernetes;

/// <summary>A Kubernetes Node as far as the mesh reads it: its place is in its labels, its addresses here.</summary>
[PartialModel]
public sealed record Node
{
    /// <summary>What was asked for.</summary>
    public NodeSpec? Spec { get; init; }

    /// <summary>Its state.</summary>
    public NodeStatus? Status { get; init; }
}

/// <summary>The part of a Node's spec that the mesh reads.</summary>
[PartialModel]
public sealed record NodeSpec
{
    /// <summary>Its name at the provider.</summary>
    [ApiName("providerID")]
    public string ProviderID { get; init; } = "";

    /// <summary>Whether new Pods are kept away.</summary>
    public bool Unschedulable { get; init; }
}

/// <summary>The part of a Node's status that the mesh reads.</summary>
[PartialModel]
public sealed record NodeStatus
{
    /// <summary>Its addresses.</summary>
    public ImmutableArray<NodeAddress> Addresses { get; init; } = [];

    /// <summary>Its conditions, among them Ready.</summary>
    public ImmutableArray<ObjectCondition> Conditions { get; init; } = [];
}

/// <summary>An address of a Node.</summary>
public sealed record NodeAddress
{
    /// <summary>Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.</summary>
    public string Type { get; init; } = "";

    /// <summary>The address.</summary>
    public string Address { get; init; } = "";
}
