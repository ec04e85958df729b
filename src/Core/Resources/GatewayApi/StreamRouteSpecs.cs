using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.GatewayApi;

/// <summary>Where TLS connections go by the name they ask for, without being ended (Gateway API's TLSRoute).</summary>
[NotEnforced(Stance.Refuse, "Routes of the Gateway API are not followed yet. Use Istio's VirtualService.")]
public sealed record TlsRouteSpec
{
    /// <summary>What it attaches to: gateways, or Services inside the mesh.</summary>
    [Size(0, 32)]
    public ImmutableArray<ParentReference> ParentRefs { get; init; } = [];

    /// <summary>Attaches to default gateways. Experimental, since Gateway API 1.4.</summary>
    public UseDefaultGateways? UseDefaultGateways { get; init; }

    /// <summary>Names clients ask for (SNI), or wildcards (<c>*.example.com</c>); required in v1.</summary>
    [Size(0, 1024)]
    public ImmutableArray<string> Hostnames { get; init; } = [];

    /// <summary>Where connections go; one rule.</summary>
    [Required, Size(1, 16)]
    public ImmutableArray<StreamRouteRule> Rules { get; init; } = [];
}

/// <summary>Where TCP connections go (Gateway API's TCPRoute).</summary>
[NotEnforced(Stance.Refuse, "Routes of the Gateway API are not followed yet. Use Istio's VirtualService.")]
public sealed record TcpRouteSpec
{
    /// <summary>What it attaches to: gateways, or Services inside the mesh.</summary>
    [Size(0, 32)]
    public ImmutableArray<ParentReference> ParentRefs { get; init; } = [];

    /// <summary>Attaches to default gateways. Experimental, since Gateway API 1.4.</summary>
    public UseDefaultGateways? UseDefaultGateways { get; init; }

    /// <summary>Where connections go; one rule.</summary>
    [Required, Size(1, 16)]
    public ImmutableArray<StreamRouteRule> Rules { get; init; } = [];
}

/// <summary>Where connections go.</summary>
public sealed record StreamRouteRule
{
    /// <summary>Its name, unique in the route. Since Gateway API 1.2.</summary>
    [Size(0, 253)]
    public string Name { get; init; } = "";

    /// <summary>Backends, by weight.</summary>
    [Required, Size(1, 16)]
    public ImmutableArray<BackendRef> BackendRefs { get; init; } = [];
}
