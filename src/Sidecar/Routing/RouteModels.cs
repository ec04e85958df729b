using System.Text.RegularExpressions;
using Mesh.Sidecar.Authentication;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Cors;
using Mesh.Sidecar.Faults;
using Mesh.Sidecar.Mirroring;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Telemetry;

namespace Mesh.Sidecar.Routing;

/// <summary>
/// One route: what it matches and what it does. Immutable; compiled once per configuration. A mesh has one for each service at least, and most differ only in
/// where they send to: all the rest is <see cref="Settings"/>, which such routes share.
/// </summary>
internal sealed record RouteModel
{
    public required string Name { get; init; }
    public required PathMatch Path { get; init; }
    public RouteTargets? Targets { get; init; }
    public RouteSettings Settings { get; init; } = RouteSettings.Default;

    /// <summary>It answers requests for hosts that the mesh does not know (Istio's name for it): Istio's metrics tell them apart.</summary>
    public bool IsBlackHole => Name == "block_all";

    /// <summary>Every upstream it may send to.</summary>
    public IEnumerable<UpstreamState> Upstreams => (Targets?.All.Select(t => t.Upstream) ?? []).Concat(Mirrors?.Select(m => m.Upstream) ?? []);

    public HeaderMatch[] Headers { get => Settings.Headers; init => Settings = Settings with { Headers = value }; }
    public QueryMatch[] Query { get => Settings.Query; init => Settings = Settings with { Query = value }; }
    public bool GrpcOnly { get => Settings.GrpcOnly; init => Settings = Settings with { GrpcOnly = value }; }
    public FractionMatch? Fraction { get => Settings.Fraction; init => Settings = Settings with { Fraction = value }; }
    public RedirectModel? Redirect { get => Settings.Redirect; init => Settings = Settings with { Redirect = value }; }
    public DirectResponseModel? DirectResponse { get => Settings.DirectResponse; init => Settings = Settings with { DirectResponse = value }; }
    public HeaderMutations[] RequestHeaders { get => Settings.RequestHeaders; init => Settings = Settings with { RequestHeaders = value }; }
    public HeaderMutations[] ResponseHeaders { get => Settings.ResponseHeaders; init => Settings = Settings with { ResponseHeaders = value }; }
    public PathRewrite? Rewrite { get => Settings.Rewrite; init => Settings = Settings with { Rewrite = value }; }
    public string? HostRewrite { get => Settings.HostRewrite; init => Settings = Settings with { HostRewrite = value }; }
    public bool AutoHostRewrite { get => Settings.AutoHostRewrite; init => Settings = Settings with { AutoHostRewrite = value }; }
    public bool MostSpecificLast { get => Settings.MostSpecificLast; init => Settings = Settings with { MostSpecificLast = value }; }
    public FaultModel? Fault { get => Settings.Fault; init => Settings = Settings with { Fault = value }; }
    public RouteSeries? Statistics { get => Settings.Statistics; init => Settings = Settings with { Statistics = value }; }
    public CorsModel? Cors { get => Settings.Cors; init => Settings = Settings with { Cors = value }; }
    public MirrorModel[]? Mirrors { get => Settings.Mirrors; init => Settings = Settings with { Mirrors = value }; }
    public TimeSpan? Timeout { get => Settings.Timeout; init => Settings = Settings with { Timeout = value }; }
    public TimeSpan? MaxGrpcTimeout { get => Settings.MaxGrpcTimeout; init => Settings = Settings with { MaxGrpcTimeout = value }; }
    public TimeSpan GrpcTimeoutOffset { get => Settings.GrpcTimeoutOffset; init => Settings = Settings with { GrpcTimeoutOffset = value }; }
    public TimeSpan? IdleTimeout { get => Settings.IdleTimeout; init => Settings = Settings with { IdleTimeout = value }; }
    public TimeSpan? MaxStreamDuration { get => Settings.MaxStreamDuration; init => Settings = Settings with { MaxStreamDuration = value }; }
    public TimeSpan? MaxGrpcStreamDuration { get => Settings.MaxGrpcStreamDuration; init => Settings = Settings with { MaxGrpcStreamDuration = value }; }
    public TimeSpan GrpcStreamOffset { get => Settings.GrpcStreamOffset; init => Settings = Settings with { GrpcStreamOffset = value }; }
    public int BufferLimit { get => Settings.BufferLimit; init => Settings = Settings with { BufferLimit = value }; }
    public HashPolicy[] HashPolicies { get => Settings.HashPolicies; init => Settings = Settings with { HashPolicies = value }; }
    public bool CountsAttempts { get => Settings.CountsAttempts; init => Settings = Settings with { CountsAttempts = value }; }
    public bool CountsAttemptsInResponse { get => Settings.CountsAttemptsInResponse; init => Settings = Settings with { CountsAttemptsInResponse = value }; }
    public RetryPolicyModel? Retry { get => Settings.Retry; init => Settings = Settings with { Retry = value }; }
    public ClaimMatch[] Claims { get => Settings.Claims; init => Settings = Settings with { Claims = value }; }

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
    // What most routes have; the arrays are for several.
    private readonly RouteTarget? _only;
    private readonly RouteTarget[] _targets = [];
    private readonly RouteTarget[] _all = [];
    private readonly int[] _bounds = [];
    private readonly int _total;

    public RouteTargets(IReadOnlyList<(RouteTarget Target, uint Weight)> weighted)
    {
        if (weighted is [({ } only, > 0)])
        {
            _only = only;
            return;
        }
        // A target of weight 0 is never drawn; Envoy refuses a sum of 0, the compiler does too.
        var drawn = weighted.Where(w => w.Weight > 0).ToArray();
        _targets = [.. drawn.Select(w => w.Target)];
        _bounds = new int[drawn.Length];
        for (var i = 0; i < drawn.Length; i++) _bounds[i] = _total = checked(_total + (int)drawn[i].Weight);
        _all = [.. weighted.Select(w => w.Target)];
    }

    public IReadOnlyList<RouteTarget> All => _only is null ? _all : [_only];

    public RouteTarget Draw() => _only ?? At(Random.Shared.Next(_total));

    /// <summary>The target whose share of the weights holds <paramref name="point"/>, from 0 up to the sum of weights.</summary>
    public RouteTarget At(int point)
    {
        if (_only is not null) return _only;
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
