using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Kubernetes;

/// <summary>Some endpoints of a Service (discovery.k8s.io/v1), which its label <c>kubernetes.io/service-name</c> names.</summary>
public sealed record EndpointSlice
{
    /// <summary>What the addresses are; cannot change.</summary>
    [Required]
    public EndpointAddressType? AddressType { get; init; }

    /// <summary>The endpoints; at most 1000.</summary>
    [Size(0, 1000)]
    public ImmutableArray<Endpoint> Endpoints { get; init; } = [];

    /// <summary>The ports of each endpoint; at most 20000.</summary>
    [Size(0, 20000)]
    public ImmutableArray<EndpointPort> Ports { get; init; } = [];
}

/// <summary>What addresses of endpoints are.</summary>
public enum EndpointAddressType
{
    /// <summary>IPv4.</summary>
    [ApiName("IPv4")]
    IPv4,

    /// <summary>IPv6.</summary>
    [ApiName("IPv6")]
    IPv6,

    /// <summary>DNS names.</summary>
    [ApiName("FQDN")]
    Fqdn,
}

/// <summary>One endpoint.</summary>
public sealed record Endpoint
{
    /// <summary>Its addresses, of which consumers use the first.</summary>
    [Required, Size(1, 100)]
    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>Whether it can take traffic.</summary>
    public EndpointConditions? Conditions { get; init; }

    /// <summary>Its host name in a headless Service; empty: none.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>The object it is made from, usually a Pod.</summary>
    public ObjectReference? TargetRef { get; init; }

    /// <summary>Its node's labels of place; superseded by nodeName and zone.</summary>
    public ImmutableSortedDictionary<string, string> DeprecatedTopology { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The node it runs on.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>The zone it runs in.</summary>
    public string Zone { get; init; } = "";

    /// <summary>Whom it should serve.</summary>
    public EndpointHints? Hints { get; init; }
}

/// <summary>The state of an endpoint.</summary>
public sealed record EndpointConditions
{
    /// <summary>Takes new connections; null: yes.</summary>
    public bool? Ready { get; init; }

    /// <summary>Answers, even when it is ending; null: as ready.</summary>
    public bool? Serving { get; init; }

    /// <summary>Is ending; null: no.</summary>
    public bool? Terminating { get; init; }
}

/// <summary>Whom an endpoint should serve.</summary>
public sealed record EndpointHints
{
    /// <summary>Callers of these zones.</summary>
    public ImmutableArray<EndpointZone> ForZones { get; init; } = [];

    /// <summary>Callers on these nodes. Since Kubernetes 1.34.</summary>
    public ImmutableArray<EndpointNode> ForNodes { get; init; } = [];
}

/// <summary>A zone.</summary>
public sealed record EndpointZone
{
    /// <summary>Its name.</summary>
    [Required]
    public string Name { get; init; } = "";
}

/// <summary>A node.</summary>
public sealed record EndpointNode
{
    /// <summary>Its name.</summary>
    [Required]
    public string Name { get; init; } = "";
}

/// <summary>A port of endpoints.</summary>
public sealed record EndpointPort
{
    /// <summary>The name of the Service's port.</summary>
    public string Name { get; init; } = "";

    /// <summary>TCP, UDP or SCTP; empty: TCP.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>The number; null: all ports.</summary>
    [Range(0, 65535)]
    public int? Port { get; init; }

    /// <summary>What is spoken, as on the Service's port.</summary>
    public string AppProtocol { get; init; } = "";
}

/// <summary>Kubernetes' ObjectReference.</summary>
public sealed record ObjectReference
{
    /// <summary>Its kind.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Its namespace.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its uid.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Its apiVersion.</summary>
    public string ApiVersion { get; init; } = "";

    /// <summary>Its resourceVersion.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary>A part of it.</summary>
    public string FieldPath { get; init; } = "";
}
