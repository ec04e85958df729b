using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Routes TLS connections that are not terminated, by server name (Istio's TLSRoute).</summary>
public sealed record TlsRoute
{
    /// <summary>Any of these must match.</summary>
    [Required]
    public ImmutableArray<TlsMatchAttributes> Match { get; init; } = [];

    /// <summary>Where connections go, by weight.</summary>
    [Required]
    public ImmutableArray<RouteDestination> Route { get; init; } = [];
}

/// <summary>Conditions on a TLS connection; all that are set must hold.</summary>
public sealed record TlsMatchAttributes
{
    /// <summary>Server names, one of which the client must ask for; each one of the VirtualService's hosts or covered by one of them.</summary>
    [Required]
    public ImmutableArray<string> SniHosts { get; init; } = [];

    /// <summary>Addresses or CIDR ranges, one of which the connection must be addressed to.</summary>
    [NotEnforced(Stance.Warn, "Compared with the address that the caller dialled, mostly an alias: connections to other addresses are not captured yet.")]
    public ImmutableArray<string> DestinationSubnets { get; init; } = [];

    /// <summary>The port the connection is addressed to; 0: any.</summary>
    [Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>Labels the calling workload must have; only for sidecars.</summary>
    public ImmutableSortedDictionary<string, string> SourceLabels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Overrides the VirtualService's gateways for this match.</summary>
    public ImmutableArray<string> Gateways { get; init; } = [];

    /// <summary>The namespace the calling workload must be in; only for sidecars. Empty: any.</summary>
    public string SourceNamespace { get; init; } = "";
}
