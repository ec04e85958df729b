using System.Collections.Immutable;
using Mesh.Core.Fields;
using Mesh.Core.Resources.Kubernetes;

namespace Mesh.Core.Resources.GatewayApi;

/// <summary>A gateway: its class, the ports it listens on and who may attach routes (Gateway API's Gateway).</summary>
[NotEnforced(Stance.Refuse, "Gateways of the Gateway API are not run yet. Use Istio's Gateway and VirtualService.")]
public sealed record GatewaySpec
{
    /// <summary>The name of the GatewayClass.</summary>
    [Required]
    public string GatewayClassName { get; init; } = "";

    /// <summary>What it listens on; at most 64, each told apart by port, protocol and host name.</summary>
    [Required, Size(1, 64)]
    public ImmutableArray<GatewayListener> Listeners { get; init; } = [];

    /// <summary>Addresses it asks for; empty: some are given to it.</summary>
    [Size(0, 16)]
    public ImmutableArray<GatewayAddress> Addresses { get; init; } = [];

    /// <summary>What is put on the objects made for it.</summary>
    public GatewayInfrastructure? Infrastructure { get; init; }

    /// <summary>Which ListenerSets may add listeners; null: none. Since Gateway API 1.5.</summary>
    public GatewayAllowedListeners? AllowedListeners { get; init; }

    /// <summary>TLS settings of the gateway as a whole. Since Gateway API 1.4.</summary>
    public GatewayTls? Tls { get; init; }

    /// <summary>Routes of this scope without a parent attach by themselves; empty or None: none do. Experimental, since Gateway API 1.4.</summary>
    public GatewayDefaultScope? DefaultScope { get; init; }
}

/// <summary>Which routes a gateway takes as default.</summary>
[VerbatimNames]
public enum GatewayDefaultScope
{
    /// <summary>None.</summary>
    None,

    /// <summary>Any that asks for a default gateway.</summary>
    All,
}

/// <summary>A requested address.</summary>
public sealed record GatewayAddress
{
    /// <summary>IPAddress (also when empty), Hostname, NamedAddress, or a type of the controller's own as <c>domain/name</c>.</summary>
    [Size(0, 253)]
    public string Type { get; init; } = "";

    /// <summary>The address; empty: any of the type.</summary>
    [Size(0, 253)]
    public string Value { get; init; } = "";
}

/// <summary>What is put on the objects made for a gateway.</summary>
public sealed record GatewayInfrastructure
{
    /// <summary>Labels of those objects; at most 8.</summary>
    [Size(0, 8)]
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Annotations of those objects; at most 16.</summary>
    [Size(0, 16)]
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>An object of the gateway's namespace with settings of its controller.</summary>
    public LocalObjectReference? ParametersRef { get; init; }
}

/// <summary>Which ListenerSets may add listeners.</summary>
public sealed record GatewayAllowedListeners
{
    /// <summary>Their namespaces; null: none.</summary>
    public GatewayNamespaces? Namespaces { get; init; }
}

/// <summary>Namespaces whose objects may attach.</summary>
public sealed record GatewayNamespaces
{
    /// <summary>Which; for routes Same when left out, for ListenerSets None.</summary>
    public GatewayFromNamespaces? From { get; init; }

    /// <summary>Labels of the namespaces, for Selector.</summary>
    public LabelSelector? Selector { get; init; }
}

/// <summary>Gateway API's FromNamespaces.</summary>
[VerbatimNames]
public enum GatewayFromNamespaces
{
    /// <summary>The gateway's own.</summary>
    Same,

    /// <summary>All.</summary>
    All,

    /// <summary>Those a selector matches.</summary>
    Selector,

    /// <summary>None; for ListenerSets only.</summary>
    None,
}
