using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Routes TLS connections that are not terminated, by server name (Istio's TLSRoute).</summary>
public sealed record TlsRoute
{
    [Required]
    public ImmutableArray<TlsMatchAttributes> Match { get; init; } = [];

    public ImmutableArray<RouteDestination> Route { get; init; } = [];
}

/// <summary>Conditions on a TLS connection; all that are set must hold.</summary>
public sealed record TlsMatchAttributes
{
    [Required]
    public ImmutableArray<string> SniHosts { get; init; } = [];

    public ImmutableArray<string> DestinationSubnets { get; init; } = [];

    [Range(1, 65535)]
    public int Port { get; init; }

    public ImmutableSortedDictionary<string, string> SourceLabels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableArray<string> Gateways { get; init; } = [];

    public string SourceNamespace { get; init; } = "";
}
