using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Routes TCP connections (Istio's TCPRoute).</summary>
public sealed record TcpRoute
{
    /// <summary>Any of these must match; empty matches everything.</summary>
    public ImmutableArray<L4MatchAttributes> Match { get; init; } = [];

    /// <summary>Where connections go, by weight.</summary>
    [Required]
    public ImmutableArray<RouteDestination> Route { get; init; } = [];
}

/// <summary>Conditions on a connection; all that are set must hold.</summary>
public sealed record L4MatchAttributes
{
    /// <summary>Addresses or CIDR ranges, one of which the connection must be addressed to.</summary>
    [NotEnforced(Stance.Warn, "Compared with the address that the caller dialled, mostly an alias: connections to other addresses are not captured yet.")]
    public ImmutableArray<string> DestinationSubnets { get; init; } = [];

    /// <summary>The port the connection is addressed to; 0: any.</summary>
    [Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>Deprecated by Istio, which ignores it: the address or CIDR range of the caller.</summary>
    [NotEnforced(Stance.Warn, "Istio ignores it too; use sourceLabels or sourceNamespace.")]
    public string SourceSubnet { get; init; } = "";

    /// <summary>Labels the calling workload must have; only for sidecars.</summary>
    public ImmutableSortedDictionary<string, string> SourceLabels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Overrides the VirtualService's gateways for this match.</summary>
    public ImmutableArray<string> Gateways { get; init; } = [];

    /// <summary>The namespace the calling workload must be in; only for sidecars. Empty: any.</summary>
    public string SourceNamespace { get; init; } = "";
}

/// <summary>One target of a TCP or TLS rule.</summary>
public sealed record RouteDestination
{
    /// <summary>Where connections go.</summary>
    [Required]
    public Destination? Destination { get; init; }

    /// <summary>Relative to the sum of all weights of the rule; 0 gets nothing. A single target needs none.</summary>
    [Range(0, int.MaxValue)]
    public int Weight { get; init; }
}
