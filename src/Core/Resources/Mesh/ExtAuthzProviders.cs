using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Mesh;

/// <summary>An authorizer asked by HTTP; header names match exactly, by prefix (<c>x-*</c>) or by suffix (<c>*-id</c>).</summary>
public sealed record ExtAuthzHttpProvider
{
    /// <summary>The authorizer, <c>host</c> or <c>namespace/host</c>.</summary>
    [Required]
    public string Service { get; init; } = "";

    /// <summary>Its port.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>How long its answer may take; null: 600 s.</summary>
    [Duration(1)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>Put before the path it is asked with.</summary>
    public string PathPrefix { get; init; } = "";

    /// <summary>Whether requests pass when it fails.</summary>
    public bool FailOpen { get; init; }

    /// <summary>Whether the route is chosen again after it changed headers. Since Istio 1.26.</summary>
    public bool ClearRouteCache { get; init; }

    /// <summary>The status answered when it fails; empty: 403.</summary>
    public string StatusOnError { get; init; } = "";

    /// <summary>Old name of includeRequestHeadersInCheck.</summary>
    public ImmutableArray<string> IncludeHeadersInCheck { get; init; } = [];

    /// <summary>Headers of the request it is sent, beside Host, Method, Path and Content-Length.</summary>
    public ImmutableArray<string> IncludeRequestHeadersInCheck { get; init; } = [];

    /// <summary>Headers it is sent always.</summary>
    public ImmutableSortedDictionary<string, string> IncludeAdditionalHeadersInCheck { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Sends it the request's body; null: not sent.</summary>
    public ExtAuthzRequestBody? IncludeRequestBodyInCheck { get; init; }

    /// <summary>Headers of its yes that go on to the application.</summary>
    public ImmutableArray<string> HeadersToUpstreamOnAllow { get; init; } = [];

    /// <summary>Headers of its no that go to the caller; empty: all but the host.</summary>
    public ImmutableArray<string> HeadersToDownstreamOnDeny { get; init; } = [];

    /// <summary>Headers of its yes that go to the caller with the answer.</summary>
    public ImmutableArray<string> HeadersToDownstreamOnAllow { get; init; } = [];
}

/// <summary>An authorizer asked by gRPC.</summary>
public sealed record ExtAuthzGrpcProvider
{
    /// <summary>The authorizer, <c>host</c> or <c>namespace/host</c>.</summary>
    [Required]
    public string Service { get; init; } = "";

    /// <summary>Its port.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>How long its answer may take; null: 600 s.</summary>
    [Duration(1)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether requests and connections pass when it fails.</summary>
    public bool FailOpen { get; init; }

    /// <summary>Whether the route is chosen again after it changed headers. Since Istio 1.26.</summary>
    public bool ClearRouteCache { get; init; }

    /// <summary>The status answered when it fails; empty: 403.</summary>
    public string StatusOnError { get; init; } = "";

    /// <summary>Sends it the request's body; null: not sent.</summary>
    public ExtAuthzRequestBody? IncludeRequestBodyInCheck { get; init; }
}

/// <summary>How much of the body an authorizer sees.</summary>
public sealed record ExtAuthzRequestBody
{
    /// <summary>Bytes held at most; a larger request is answered 413 unless a part is allowed.</summary>
    [Required, Range(1, uint.MaxValue)]
    public long MaxRequestBytes { get; init; }

    /// <summary>Whether a part of a larger body is enough.</summary>
    public bool AllowPartialMessage { get; init; }

    /// <summary>Whether it is sent as bytes instead of text; gRPC only.</summary>
    public bool PackAsBytes { get; init; }
}
