using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.GatewayApi;

/// <summary>How gRPC calls are routed (Gateway API's GRPCRoute).</summary>
[NotEnforced(Stance.Refuse, "Routes of the Gateway API are not followed yet. Use Istio's VirtualService.")]
public sealed record GrpcRouteSpec
{
    /// <summary>What it attaches to: gateways, or Services inside the mesh.</summary>
    [Size(0, 32)]
    public ImmutableArray<ParentReference> ParentRefs { get; init; } = [];

    /// <summary>Attaches to default gateways. Experimental, since Gateway API 1.4.</summary>
    public UseDefaultGateways? UseDefaultGateways { get; init; }

    /// <summary>Hosts it is for, or wildcards (<c>*.example.com</c>); empty: those of the listener.</summary>
    [Size(0, 16)]
    public ImmutableArray<string> Hostnames { get; init; } = [];

    /// <summary>Rules; the most specific match of all routes wins.</summary>
    [Size(0, 16)]
    public ImmutableArray<GrpcRouteRule> Rules { get; init; } = [];
}

/// <summary>Some calls and what happens to them.</summary>
public sealed record GrpcRouteRule
{
    /// <summary>Its name, unique in the route. Since Gateway API 1.2.</summary>
    [Size(0, 253)]
    public string Name { get; init; } = "";

    /// <summary>The calls: those that satisfy any match. Empty: all.</summary>
    [Size(0, 64)]
    public ImmutableArray<GrpcRouteMatch> Matches { get; init; } = [];

    /// <summary>Changes to the call and the answer.</summary>
    [Size(0, 16)]
    public ImmutableArray<GrpcRouteFilter> Filters { get; init; } = [];

    /// <summary>Where calls go, by weight; empty: they are answered UNAVAILABLE.</summary>
    [Size(0, 16)]
    public ImmutableArray<GrpcBackendRef> BackendRefs { get; init; } = [];

    /// <summary>Keeps a client on its backend. Experimental, since Gateway API 1.1.</summary>
    public SessionPersistence? SessionPersistence { get; init; }
}

/// <summary>Conditions, all of which must hold.</summary>
public sealed record GrpcRouteMatch
{
    /// <summary>The method; null: any.</summary>
    public GrpcMethodMatch? Method { get; init; }

    /// <summary>Headers; of several conditions on one header only the first counts.</summary>
    [Size(0, 16)]
    public ImmutableArray<HttpHeaderMatch> Headers { get; init; } = [];
}

/// <summary>A condition on the method; at least one of service and method.</summary>
public sealed record GrpcMethodMatch
{
    /// <summary>How it is compared; null: Exact.</summary>
    public ValueMatchType? Type { get; init; }

    /// <summary>The service with its package; empty: any.</summary>
    [Size(0, 1024)]
    public string Service { get; init; } = "";

    /// <summary>The method; empty: any.</summary>
    [Size(0, 1024)]
    public string Method { get; init; } = "";
}

/// <summary>A change to gRPC calls or answers; the field that <see cref="Type"/> names must be set, and no other.</summary>
public sealed record GrpcRouteFilter
{
    /// <summary>What it does.</summary>
    [Required]
    public GrpcRouteFilterType? Type { get; init; }

    /// <summary>Changes headers of calls.</summary>
    public HttpHeaderFilter? RequestHeaderModifier { get; init; }

    /// <summary>Changes headers of answers.</summary>
    public HttpHeaderFilter? ResponseHeaderModifier { get; init; }

    /// <summary>Sends copies elsewhere.</summary>
    public HttpRequestMirrorFilter? RequestMirror { get; init; }

    /// <summary>An object with a filter of the controller's own.</summary>
    public LocalObjectReference? ExtensionRef { get; init; }
}

/// <summary>Gateway API's GRPCRouteFilterType.</summary>
[VerbatimNames]
public enum GrpcRouteFilterType
{
    /// <summary>Changes headers of calls.</summary>
    RequestHeaderModifier,

    /// <summary>Changes headers of answers.</summary>
    ResponseHeaderModifier,

    /// <summary>Sends copies elsewhere.</summary>
    RequestMirror,

    /// <summary>A filter of the controller's own.</summary>
    ExtensionRef,
}

/// <summary>Where calls go, with their share and changes of its own.</summary>
public sealed record GrpcBackendRef
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

    /// <summary>Changes to what goes there only.</summary>
    [Size(0, 16)]
    public ImmutableArray<GrpcRouteFilter> Filters { get; init; } = [];
}
