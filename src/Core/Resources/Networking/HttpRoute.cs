using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>One HTTP rule: what it matches and what is done then (Istio's HTTPRoute). Exactly one of route, redirect, directResponse and delegate.</summary>
public sealed record HttpRoute
{
    /// <summary>Shown in metrics and dumps.</summary>
    public string Name { get; init; } = "";

    /// <summary>Any of these must match; empty matches everything.</summary>
    public ImmutableArray<HttpMatchRequest> Match { get; init; } = [];

    /// <summary>Where requests go, by weight.</summary>
    public ImmutableArray<HttpRouteDestination> Route { get; init; } = [];

    /// <summary>Answers with a redirect.</summary>
    public HttpRedirect? Redirect { get; init; }

    /// <summary>Answers with a fixed response.</summary>
    public HttpDirectResponse? DirectResponse { get; init; }

    /// <summary>Leaves the matched requests to the rules of another VirtualService.</summary>
    public Delegate? Delegate { get; init; }

    /// <summary>Changes path or host before forwarding; only with route.</summary>
    public HttpRewrite? Rewrite { get; init; }

    /// <summary>For the whole request, retries included; at least 1 ms. Null: none.</summary>
    [Duration(1)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>When failed requests are tried again; null: as MeshConfig says.</summary>
    public HttpRetry? Retries { get; init; }

    /// <summary>Deliberate failures; only with route.</summary>
    public HttpFaultInjection? Fault { get; init; }

    /// <summary>One target that gets a copy of each request; excludes mirrors.</summary>
    public Destination? Mirror { get; init; }

    /// <summary>Targets that get copies of requests, each with a share of its own; excludes mirror.</summary>
    public ImmutableArray<HttpMirrorPolicy> Mirrors { get; init; } = [];

    /// <summary>Deprecated by Istio in favour of <see cref="MirrorPercentage"/>: the share of requests that mirror gets, in whole percent.</summary>
    [Range(0, 100)]
    public int? MirrorPercent { get; init; }

    /// <summary>The share of requests that mirror gets; null: all.</summary>
    public Percent? MirrorPercentage { get; init; }

    /// <summary>Answers preflight requests and adds headers for pages of other origins.</summary>
    public CorsPolicy? CorsPolicy { get; init; }

    /// <summary>Changes to headers, whichever destination is chosen.</summary>
    public Headers? Headers { get; init; }
}
