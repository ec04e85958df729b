using System.Text.RegularExpressions;
using Mesh.Sidecar.Authentication;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Cors;
using Mesh.Sidecar.Faults;
using Mesh.Sidecar.Mirroring;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Telemetry;

namespace Mesh.Sidecar.Routing;

/// <summary>One route: what it matches and what it does. Immutable; compiled once per configuration.</summary>
internal sealed record RouteModel
{
    public required string Name { get; init; }
    public required PathMatch Path { get; init; }
    public HeaderMatch[] Headers { get; init; } = [];
    public QueryMatch[] Query { get; init; } = [];
    public bool GrpcOnly { get; init; }
    public FractionMatch? Fraction { get; init; }
    public RouteTargets? Targets { get; init; }
    public RedirectModel? Redirect { get; init; }
    public DirectResponseModel? DirectResponse { get; init; }

    /// <summary>It answers requests for hosts that the mesh does not know (Istio's name for it): Istio's metrics tell them apart.</summary>
    public bool IsBlackHole => Name == "block_all";
    public HeaderMutations[] RequestHeaders { get; init; } = [];
    public HeaderMutations[] ResponseHeaders { get; init; } = [];
    public PathRewrite? Rewrite { get; init; }
    public string? HostRewrite { get; init; }
    public bool AutoHostRewrite { get; init; }

    /// <summary>Levels of headers go from the route configuration to the target, the last word being the target's; else the other way (Envoy's default).</summary>
    public bool MostSpecificLast { get; init; }
    public FaultModel? Fault { get; init; }

    /// <summary>Counters of its own; null unless it asks for them.</summary>
    public RouteSeries? Statistics { get; init; }
    public CorsModel? Cors { get; init; }
    public MirrorModel[]? Mirrors { get; init; }

    /// <summary>Every upstream it may send to.</summary>
    public IEnumerable<UpstreamState> Upstreams => (Targets?.All.Select(t => t.Upstream) ?? []).Concat(Mirrors?.Select(m => m.Upstream) ?? []);

    /// <summary>From the request's last byte to the response's; null is none.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>For gRPC, in place of <see cref="Timeout"/>: the caller's own deadline, this at most; zero is no bound. Null: not so.</summary>
    public TimeSpan? MaxGrpcTimeout { get; init; }

    /// <summary>Taken off the caller's deadline, so that the answer is there before it.</summary>
    public TimeSpan GrpcTimeoutOffset { get; init; }

    /// <summary>How long a stream may be silent; null: as its listener says.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Of a stream from its first byte.</summary>
    public TimeSpan? MaxStreamDuration { get; init; }

    /// <summary>For gRPC calls with a deadline, in place of <see cref="MaxStreamDuration"/>: that deadline, this at most; zero is no bound.</summary>
    public TimeSpan? MaxGrpcStreamDuration { get; init; }
    public TimeSpan GrpcStreamOffset { get; init; }

    /// <summary>Bytes of a request's body that are kept for another try.</summary>
    public int BufferLimit { get; init; } = ReplayBody.DefaultLimit;
    public HashPolicy[] HashPolicies { get; init; } = [];

    /// <summary>Each try is numbered for the upstream, and in the response for the client.</summary>
    public bool CountsAttempts { get; init; }
    public bool CountsAttemptsInResponse { get; init; }
    public RetryPolicyModel? Retry { get; init; }

    /// <summary>Claims of the verified token, never of a header.</summary>
    public ClaimMatch[] Claims { get; init; } = [];

    public bool IsMatch(HttpRequest request, ReadOnlySpan<char> path, ReadOnlySpan<char> query)
    {
        if (!Path.IsMatch(path)) return false;
        foreach (var header in Headers)
            if (!header.IsMatch(request)) return false;
        foreach (var parameter in Query)
            if (!parameter.IsMatch(query)) return false;
        foreach (var claim in Claims)
            if (!claim.IsMatch(request.HttpContext.Features[typeof(VerifiedToken)] as VerifiedToken)) return false;
        if (GrpcOnly && request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true) return false;
        return Fraction is null || Fraction.Draw();
    }
}

/// <summary>Matches a random part of the requests, in millionths.</summary>
internal sealed record FractionMatch(uint Millionths)
{
    public bool Draw() => Random.Shared.Next(1_000_000) < Millionths;
}

/// <summary>Where a route sends to: one upstream, or several by weight.</summary>
internal sealed class RouteTargets
{
    private readonly RouteTarget[] _targets;
    private readonly int[] _bounds;
    private readonly int _total;

    public RouteTargets(IReadOnlyList<(RouteTarget Target, uint Weight)> weighted)
    {
        if (weighted is [({ } only, > 0)])
        {
            All = _targets = [only];
            _bounds = [];
            return;
        }
        // A target of weight 0 is never drawn; Envoy refuses a sum of 0, the compiler does too.
        var drawn = weighted.Where(w => w.Weight > 0).ToArray();
        _targets = [.. drawn.Select(w => w.Target)];
        _bounds = new int[drawn.Length];
        for (var i = 0; i < drawn.Length; i++) _bounds[i] = _total = checked(_total + (int)drawn[i].Weight);
        All = [.. weighted.Select(w => w.Target)];
    }

    public IReadOnlyList<RouteTarget> All { get; }

    public RouteTarget Draw() => _targets.Length == 1 ? _targets[0] : At(Random.Shared.Next(_total));

    /// <summary>The target whose share of the weights holds <paramref name="point"/>, from 0 up to the sum of weights.</summary>
    public RouteTarget At(int point)
    {
        for (var i = 0; i < _bounds.Length; i++)
            if (point < _bounds[i]) return _targets[i];
        return _targets[^1];
    }
}

internal sealed record RouteTarget(UpstreamState Upstream, HeaderMutations RequestHeaders, HeaderMutations ResponseHeaders, string? HostRewrite);

/// <summary>Replaces the matched prefix (or the whole path of an exact match), or what a pattern finds.</summary>
internal sealed record PathRewrite(string? Prefix, Regex? Pattern, string Substitution)
{
    public string Apply(PathMatch match, string path)
    {
        if (Pattern is not null) return Pattern.Replace(path, Substitution);
        // What a pattern matched is the whole path (Envoy).
        return match.Kind == PathMatchKind.Regex ? Prefix! : Prefix + path[Math.Min(match.Text.Length, path.Length)..];
    }
}

internal sealed record RedirectModel(
    int StatusCode, string? Scheme, string? Host, int Port, string? Path, PathRewrite? Rewrite, bool StripQuery);

internal sealed record DirectResponseModel(int StatusCode, byte[] Body);
