using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.GatewayApi;

/// <summary>A change to HTTP requests or answers; the field that <see cref="Type"/> names must be set, and no other.</summary>
public sealed record HttpRouteFilter
{
    /// <summary>What it does.</summary>
    [Required]
    public HttpRouteFilterType? Type { get; init; }

    /// <summary>Changes headers of requests.</summary>
    public HttpHeaderFilter? RequestHeaderModifier { get; init; }

    /// <summary>Changes headers of answers.</summary>
    public HttpHeaderFilter? ResponseHeaderModifier { get; init; }

    /// <summary>Sends copies elsewhere.</summary>
    public HttpRequestMirrorFilter? RequestMirror { get; init; }

    /// <summary>Answers with a redirect.</summary>
    public HttpRequestRedirectFilter? RequestRedirect { get; init; }

    /// <summary>Changes host or path.</summary>
    public HttpUrlRewriteFilter? UrlRewrite { get; init; }

    /// <summary>Answers browsers' preflight requests and adds CORS headers. Since Gateway API 1.5, before experimental.</summary>
    public HttpCorsFilter? Cors { get; init; }

    /// <summary>Asks an authorizer. Experimental, since Gateway API 1.4.</summary>
    public HttpExternalAuthFilter? ExternalAuth { get; init; }

    /// <summary>An object with a filter of the controller's own.</summary>
    public LocalObjectReference? ExtensionRef { get; init; }
}

/// <summary>Gateway API's HTTPRouteFilterType.</summary>
[VerbatimNames]
public enum HttpRouteFilterType
{
    /// <summary>Changes headers of requests.</summary>
    RequestHeaderModifier,

    /// <summary>Changes headers of answers.</summary>
    ResponseHeaderModifier,

    /// <summary>Sends copies elsewhere.</summary>
    RequestMirror,

    /// <summary>Answers with a redirect.</summary>
    RequestRedirect,

    /// <summary>Changes host or path.</summary>
    [ApiName("URLRewrite")]
    UrlRewrite,

    /// <summary>CORS.</summary>
    [ApiName("CORS")]
    Cors,

    /// <summary>Asks an authorizer.</summary>
    ExternalAuth,

    /// <summary>A filter of the controller's own.</summary>
    ExtensionRef,
}

/// <summary>Changes to headers; no header in more than one of the three.</summary>
public sealed record HttpHeaderFilter
{
    /// <summary>Set over what is there.</summary>
    [Size(0, 16)]
    public ImmutableArray<HttpHeader> Set { get; init; } = [];

    /// <summary>Added to what is there.</summary>
    [Size(0, 16)]
    public ImmutableArray<HttpHeader> Add { get; init; } = [];

    /// <summary>Removed, by name in any case.</summary>
    [Size(0, 16)]
    public ImmutableArray<string> Remove { get; init; } = [];
}

/// <summary>A header and its value.</summary>
public sealed record HttpHeader
{
    /// <summary>The header.</summary>
    [Required, Size(1, 256)]
    public string Name { get; init; } = "";

    /// <summary>The value.</summary>
    [Required, Size(1, 4096)]
    public string Value { get; init; } = "";
}

/// <summary>Sends copies of requests elsewhere and drops their answers.</summary>
public sealed record HttpRequestMirrorFilter
{
    /// <summary>Where copies go.</summary>
    [Required]
    public BackendObjectReference? BackendRef { get; init; }

    /// <summary>Percent of requests that are copied; null: all. Since Gateway API 1.3.</summary>
    [Range(0, 100)]
    public int? Percent { get; init; }

    /// <summary>The share of requests that is copied, more finely. Since Gateway API 1.3.</summary>
    public Fraction? Fraction { get; init; }
}

/// <summary>A share.</summary>
public sealed record Fraction
{
    /// <summary>The part.</summary>
    [Range(0, int.MaxValue)]
    public int Numerator { get; init; }

    /// <summary>The whole; null: 100.</summary>
    [Range(1, int.MaxValue)]
    public int? Denominator { get; init; }
}

/// <summary>Answers with a redirect; what is left out stays as in the request.</summary>
public sealed record HttpRequestRedirectFilter
{
    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string? Scheme { get; init; }

    /// <summary>The host, without port; no wildcard.</summary>
    [Size(0, 253)]
    public string Hostname { get; init; } = "";

    /// <summary>The path.</summary>
    public HttpPathModifier? Path { get; init; }

    /// <summary>The port; null: the scheme's own, or the listener's.</summary>
    [Range(1, 65535)]
    public int? Port { get; init; }

    /// <summary>301, 302, 303, 307 or 308; null: 302.</summary>
    public int? StatusCode { get; init; }
}

/// <summary>Changes the request before it is sent on.</summary>
public sealed record HttpUrlRewriteFilter
{
    /// <summary>The host; empty: unchanged.</summary>
    [Size(0, 253)]
    public string Hostname { get; init; } = "";

    /// <summary>The path; null: unchanged.</summary>
    public HttpPathModifier? Path { get; init; }
}

/// <summary>A new path.</summary>
public sealed record HttpPathModifier
{
    /// <summary>Whether all of it or the matched prefix is replaced.</summary>
    [Required]
    public HttpPathModifierType? Type { get; init; }

    /// <summary>For ReplaceFullPath.</summary>
    [Size(0, 1024)]
    public string? ReplaceFullPath { get; init; }

    /// <summary>For ReplacePrefixMatch, which needs a PathPrefix match in the rule.</summary>
    [Size(0, 1024)]
    public string? ReplacePrefixMatch { get; init; }
}

/// <summary>Gateway API's HTTPPathModifierType.</summary>
[VerbatimNames]
public enum HttpPathModifierType
{
    /// <summary>The whole path.</summary>
    ReplaceFullPath,

    /// <summary>The prefix that matched.</summary>
    ReplacePrefixMatch,
}

/// <summary>What pages of other origins may do.</summary>
public sealed record HttpCorsFilter
{
    /// <summary>Origins, <c>scheme://host(:port)</c>, also <c>https://*.example.com</c>, or <c>*</c> alone.</summary>
    [Size(0, 64)]
    public ImmutableArray<string> AllowOrigins { get; init; } = [];

    /// <summary>Whether pages may send credentials; null: no.</summary>
    public bool? AllowCredentials { get; init; }

    /// <summary>Methods, or <c>*</c> alone.</summary>
    [Size(0, 9)]
    public ImmutableArray<string> AllowMethods { get; init; } = [];

    /// <summary>Headers requests may carry, or <c>*</c> alone.</summary>
    [Size(0, 64)]
    public ImmutableArray<string> AllowHeaders { get; init; } = [];

    /// <summary>Headers of answers that pages may read, or <c>*</c> alone.</summary>
    [Size(0, 64)]
    public ImmutableArray<string> ExposeHeaders { get; init; } = [];

    /// <summary>Seconds a browser may keep a preflight's answer; null: 5.</summary>
    [Range(1, int.MaxValue)]
    public int? MaxAge { get; init; }
}

/// <summary>Asks an authorizer about each request.</summary>
public sealed record HttpExternalAuthFilter
{
    /// <summary>What the authorizer speaks.</summary>
    [Required]
    public ExternalAuthProtocol? Protocol { get; init; }

    /// <summary>The authorizer.</summary>
    [Required]
    public BackendObjectReference? BackendRef { get; init; }

    /// <summary>For GRPC.</summary>
    public GrpcAuthConfig? Grpc { get; init; }

    /// <summary>For HTTP.</summary>
    public HttpAuthConfig? Http { get; init; }

    /// <summary>Sends the request's body along; null: it is not sent.</summary>
    public ForwardBodyConfig? ForwardBody { get; init; }
}

/// <summary>What an authorizer speaks.</summary>
public enum ExternalAuthProtocol
{
    /// <summary>Plain HTTP.</summary>
    Http,

    /// <summary>Envoy's ext_authz over gRPC.</summary>
    Grpc,
}

/// <summary>An authorizer asked by gRPC.</summary>
public sealed record GrpcAuthConfig
{
    /// <summary>Headers sent to it; empty: all.</summary>
    [Size(0, 64)]
    public ImmutableArray<string> AllowedHeaders { get; init; } = [];
}

/// <summary>An authorizer asked by HTTP.</summary>
public sealed record HttpAuthConfig
{
    /// <summary>Put before the path; empty: nothing.</summary>
    public string Path { get; init; } = "";

    /// <summary>Headers sent to it beside those always sent.</summary>
    [Size(0, 64)]
    public ImmutableArray<string> AllowedHeaders { get; init; } = [];

    /// <summary>Headers of its answer that go on to the backend; empty: all but those of HTTP itself.</summary>
    [Size(0, 64)]
    public ImmutableArray<string> AllowedResponseHeaders { get; init; } = [];
}

/// <summary>How much of the body an authorizer sees.</summary>
public sealed record ForwardBodyConfig
{
    /// <summary>Bytes at most; a larger request is answered 4xx.</summary>
    [Range(0, 65535)]
    public int MaxSize { get; init; }
}
