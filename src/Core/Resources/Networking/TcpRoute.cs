using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Routes TCP connections (Istio's TCPRoute).</summary>
public sealed record TcpRoute
{
    public ImmutableArray<L4MatchAttributes> Match { get; init; } = [];

    public ImmutableArray<RouteDestination> Route { get; init; } = [];
}

/// <summary>Conditions on a connection; all that are set must hold.</summary>
public sealed record L4MatchAttributes
{
    public ImmutableArray<string> DestinationSubnets { get; init; } = [];

    [Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>Deprecated by Istio.</summary>
    public string SourceSubnet { get; init; } = "";

    public ImmutableSortedDictionary<string, string> SourceLabels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableArray<string> Gateways { get; init; } = [];

    public string SourceNamespace { get; init; } = "";
}

/// <summary>One target of a TCP or TLS rule.</summary>
public sealed record RouteDestination
{
    [Required]
    public Destination? Destination { get; init; }

    [Range(0, int.MaxValue)]
    public int Weight { get; init; }
}
