using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.GatewayApi;

/// <summary>How HTTP requests are routed (Gateway API's HTTPRoute).</summary>
[NotEnforced(Stance.Refuse, "Routes of the Gateway API are not followed yet. Use Istio's VirtualService.")]
public sealed record HttpRouteSpec
{
    /// <summary>What it attaches to: gateways, or Services inside the mesh.</summary>
    [Size(0, 32)]
    public ImmutableArray<ParentReference> ParentRefs { get; init; } = [];

    /// <summary>Attaches to default gateways. Experimental, since Gateway API 1.4.</summary>
    public UseDefaultGateways? UseDefaultGateways { get; init; }

    /// <summary>Hosts it is for, or wildcards (<c>*.example.com</c>); empty: those of the listener.</summary>
    [Size(0, 16)]
    public ImmutableArray<string> Hostnames { get; init; } = [];

    /// <summary>Rules; the most specific match of all routes wins. Empty: one rule that matches everything.</summary>
    [Size(0, 16)]
    public ImmutableArray<HttpRouteRule> Rules { get; init; } = [];
}

/// <summary>Some requests and what happens to them.</summary>
public sealed record HttpRouteRule
{
    /// <summary>Its name, unique in the route. Since Gateway API 1.2.</summary>
    [Size(0, 253)]
    public string Name { get; init; } = "";

    /// <summary>The requests: those that satisfy any match. Empty: all.</summary>
    [Size(0, 64)]
    public ImmutableArray<HttpRouteMatch> Matches { get; init; } = [];

    /// <summary>Changes to the request and the answer.</summary>
    [Size(0, 16)]
    public ImmutableArray<HttpRouteFilter> Filters { get; init; } = [];

    /// <summary>Where requests go, by weight; empty, without a redirect: they are answered 500.</summary>
    [Size(0, 16)]
    public ImmutableArray<HttpBackendRef> BackendRefs { get; init; } = [];

    /// <summary>How long requests may take.</summary>
    public HttpRouteTimeouts? Timeouts { get; init; }

    /// <summary>Which requests are tried again. Experimental, since Gateway API 1.2.</summary>
    public HttpRouteRetry? Retry { get; init; }

    /// <summary>Keeps a client on its backend. Experimental, since Gateway API 1.1.</summary>
    public SessionPersistence? SessionPersistence { get; init; }
}

/// <summary>Conditions, all of which must hold.</summary>
public sealed record HttpRouteMatch
{
    /// <summary>The path; null: prefix <c>/</c>.</summary>
    public HttpPathMatch? Path { get; init; }

    /// <summary>Headers; of several conditions on one header only the first counts.</summary>
    [Size(0, 16)]
    public ImmutableArray<HttpHeaderMatch> Headers { get; init; } = [];

    /// <summary>Query parameters.</summary>
    [Size(0, 16)]
    public ImmutableArray<HttpQueryParamMatch> QueryParams { get; init; } = [];

    /// <summary>The method; null: any.</summary>
    public HttpMethod? Method { get; init; }
}

/// <summary>A condition on the path.</summary>
public sealed record HttpPathMatch
{
    /// <summary>How it is compared; null: PathPrefix.</summary>
    public HttpPathMatchType? Type { get; init; }

    /// <summary>The path or expression; null: <c>/</c>.</summary>
    [Size(0, 1024)]
    public string? Value { get; init; }
}

/// <summary>Gateway API's PathMatchType.</summary>
[VerbatimNames]
public enum HttpPathMatchType
{
    /// <summary>The whole path.</summary>
    Exact,

    /// <summary>By whole segments from the start.</summary>
    PathPrefix,

    /// <summary>An RE2 expression for the whole path.</summary>
    RegularExpression,
}

/// <summary>A condition on a header.</summary>
public sealed record HttpHeaderMatch
{
    /// <summary>How it is compared; null: Exact.</summary>
    public ValueMatchType? Type { get; init; }

    /// <summary>The header, in any case.</summary>
    [Required, Size(1, 256)]
    public string Name { get; init; } = "";

    /// <summary>The value or expression.</summary>
    [Required, Size(1, 4096)]
    public string Value { get; init; } = "";
}

/// <summary>A condition on a query parameter.</summary>
public sealed record HttpQueryParamMatch
{
    /// <summary>How it is compared; null: Exact.</summary>
    public ValueMatchType? Type { get; init; }

    /// <summary>The parameter, in this case.</summary>
    [Required, Size(1, 256)]
    public string Name { get; init; } = "";

    /// <summary>The value or expression.</summary>
    [Required, Size(1, 1024)]
    public string Value { get; init; } = "";
}

/// <summary>How headers, parameters and gRPC methods are compared.</summary>
[VerbatimNames]
public enum ValueMatchType
{
    /// <summary>The whole value.</summary>
    Exact,

    /// <summary>An RE2 expression for the whole value.</summary>
    RegularExpression,
}

/// <summary>The methods of HTTP a route can match.</summary>
public enum HttpMethod
{
    /// <summary>GET.</summary>
    Get,

    /// <summary>HEAD.</summary>
    Head,

    /// <summary>POST.</summary>
    Post,

    /// <summary>PUT.</summary>
    Put,

    /// <summary>DELETE.</summary>
    Delete,

    /// <summary>CONNECT.</summary>
    Connect,

    /// <summary>OPTIONS.</summary>
    Options,

    /// <summary>TRACE.</summary>
    Trace,

    /// <summary>PATCH.</summary>
    Patch,
}

/// <summary>Where requests go, with their share and changes of its own.</summary>
public sealed record HttpBackendRef
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
    public ImmutableArray<HttpRouteFilter> Filters { get; init; } = [];
}
