using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>One HTTP rule: what it matches and what is done then (Istio's HTTPRoute).</summary>
public sealed record HttpRoute
{
    /// <summary>Shown in metrics and dumps.</summary>
    public string Name { get; init; } = "";

    /// <summary>Any of these must match; empty matches everything.</summary>
    public ImmutableArray<HttpMatchRequest> Match { get; init; } = [];

    public ImmutableArray<HttpRouteDestination> Route { get; init; } = [];

    public HttpRedirect? Redirect { get; init; }

    public HttpDirectResponse? DirectResponse { get; init; }

    [NotEnforced(Stance.Refuse, "Delegation to another VirtualService is not supported yet; write its rules here.")]
    public Delegate? Delegate { get; init; }

    public HttpRewrite? Rewrite { get; init; }

    /// <summary>For the whole request, retries included; null or zero: none.</summary>
    public TimeSpan? Timeout { get; init; }

    public HttpRetry? Retries { get; init; }

    [NotEnforced(Stance.Refuse, "Fault injection is not supported yet; remove it.")]
    public HttpFaultInjection? Fault { get; init; }

    [NotEnforced(Stance.Refuse, "Mirroring is not supported yet; remove it.")]
    public Destination? Mirror { get; init; }

    [NotEnforced(Stance.Refuse, "Mirroring is not supported yet; remove it.")]
    public ImmutableArray<HttpMirrorPolicy> Mirrors { get; init; } = [];

    /// <summary>Deprecated by Istio in favour of <see cref="MirrorPercentage"/>.</summary>
    [NotEnforced(Stance.Refuse, "Mirroring is not supported yet; remove it.")]
    public int? MirrorPercent { get; init; }

    [NotEnforced(Stance.Refuse, "Mirroring is not supported yet; remove it.")]
    public Percent? MirrorPercentage { get; init; }

    [NotEnforced(Stance.Refuse, "CORS policies are not supported yet; answer preflight requests in the application.")]
    public CorsPolicy? CorsPolicy { get; init; }

    public Headers? Headers { get; init; }
}
