using Envoy.Config.Route.V3;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Mirroring;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Routing;
using XdsRoute = Envoy.Config.Route.V3.Route;

namespace Mesh.Sidecar.Discovery;

/// <summary>Compiles what a route does when it forwards.</summary>
internal static class RouteActionDecoder
{
    // Envoy's, where a route says nothing; a route that wants none says zero.
    private static readonly Duration DefaultTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(15));

    public static RouteModel Apply(
        RouteModel model, XdsRoute route, VirtualHost host, RouteConfiguration config, Func<string, UpstreamState> upstreams, HeaderDecoder headers,
        SharedParts shared)
    {
        var action = route.Route_;
        var hostRewrite = action.HostRewriteSpecifierCase switch
        {
            RouteAction.HostRewriteSpecifierOneofCase.None or RouteAction.HostRewriteSpecifierOneofCase.AutoHostRewrite => null,
            RouteAction.HostRewriteSpecifierOneofCase.HostRewriteLiteral => action.HostRewriteLiteral,
            _ => throw InvalidResourceException.Unsupported($"route.{action.HostRewriteSpecifierCase}"),
        };
        return model with
        {
            Targets = Targets(action, upstreams, headers),
            Settings = model.Settings with
            {
                Mirrors = Mirrors(upstreams, action.RequestMirrorPolicies, host.RequestMirrorPolicies, config.RequestMirrorPolicies),
                Rewrite = action.PrefixRewrite.Length > 0 ? new PathRewrite(action.PrefixRewrite, null, "")
                    : action.RegexRewrite is not null ? Substitute(action.RegexRewrite) : null,
                HostRewrite = hostRewrite,
                AutoHostRewrite = action.HostRewriteSpecifierCase == RouteAction.HostRewriteSpecifierOneofCase.AutoHostRewrite && action.AutoHostRewrite == true,
                Timeout = Positive(action.Timeout ?? DefaultTimeout),
                MaxGrpcTimeout = action.MaxGrpcTimeout?.ToTimeSpan(),
                GrpcTimeoutOffset = action.GrpcTimeoutOffset?.ToTimeSpan() ?? TimeSpan.Zero,
                IdleTimeout = action.IdleTimeout is null ? null : Positive(action.IdleTimeout) ?? System.Threading.Timeout.InfiniteTimeSpan,
                MaxStreamDuration = Positive(action.MaxStreamDuration?.MaxStreamDuration_),
                MaxGrpcStreamDuration = action.MaxStreamDuration?.GrpcTimeoutHeaderMax?.ToTimeSpan(),
                GrpcStreamOffset = action.MaxStreamDuration?.GrpcTimeoutHeaderOffset?.ToTimeSpan() ?? TimeSpan.Zero,
                Retry = (action.RetryPolicy ?? host.RetryPolicy) is { } retry ? shared.Retry(retry, IsExplicit(route)) : null,
                BufferLimit = (int)Math.Min(route.PerRequestBufferLimitBytes ?? host.PerRequestBufferLimitBytes ?? ReplayBody.DefaultLimit, ReplayBody.MaxLimit),
                HashPolicies = [.. action.HashPolicy.Select(HashPolicyDecoder.Decode)],
                CountsAttempts = host.IncludeRequestAttemptCount,
                CountsAttemptsInResponse = host.IncludeAttemptCountInResponse,
            },
        };
    }

    public static PathRewrite Substitute(Envoy.Type.Matcher.V3.RegexMatchAndSubstitute rewrite)
    {
        var pattern = rewrite.Pattern?.Regex ?? "";
        return MatcherDecoder.Guard(pattern, () =>
        {
            var regex = SafeRegex.CompileSearch(pattern);
            return new PathRewrite(null, regex, Substitution(rewrite.Substitution, regex.GetGroupNumbers().Max()));
        });
    }

    // RE2 writes \1 for a group and \\ for a backslash, where .NET writes ${1} and gives $ a meaning.
    private static string Substitution(string text, int groups)
    {
        var result = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '$') result.Append("$$");
            else if (text[i] != '\\') result.Append(text[i]);
            else if (++i < text.Length && text[i] == '\\') result.Append('\\');
            else if (i < text.Length && char.IsAsciiDigit(text[i]) && text[i] - '0' <= groups) result.Append("${").Append(text[i]).Append('}');
            else throw new InvalidResourceException($"substitution '{text}': a backslash stands before another one or the number of a group of the pattern, which has {groups}");
        }
        return result.ToString();
    }

    /// <summary>Copies: of the nearest level that has any (Envoy); null for none.</summary>
    public static MirrorModel[]? Mirrors(Func<string, UpstreamState> upstreams, params ReadOnlySpan<RepeatedField<RouteAction.Types.RequestMirrorPolicy>> levels)
    {
        foreach (var level in levels)
            if (level.Count > 0)
                return [.. level.Select(p => new MirrorModel(
                    upstreams(p.Cluster), FilterDecoder.Fraction(p.RuntimeFraction), p.DisableShadowHostSuffixAppend))];
        return null;
    }

    private static RouteTargets Targets(RouteAction action, Func<string, UpstreamState> upstreams, HeaderDecoder headers)
    {
        switch (action.ClusterSpecifierCase)
        {
            case RouteAction.ClusterSpecifierOneofCase.Cluster:
                return new RouteTargets([(new RouteTarget(upstreams(action.Cluster), HeaderMutations.None, HeaderMutations.None, null), 1)]);
            case RouteAction.ClusterSpecifierOneofCase.WeightedClusters:
                var weighted = new List<(RouteTarget, uint Weight)>();
                foreach (var cluster in action.WeightedClusters.Clusters) weighted.Add((Target(cluster, upstreams, headers), cluster.Weight ?? 0));
                var sum = weighted.Sum(w => (long)w.Weight);
                if (sum is 0 or > int.MaxValue) throw new InvalidResourceException($"weighted_clusters: the weights sum to {sum}");
                return new RouteTargets(weighted);
            default:
                throw InvalidResourceException.Unsupported($"route.{action.ClusterSpecifierCase}");
        }
    }

    private static RouteTarget Target(WeightedCluster.Types.ClusterWeight cluster, Func<string, UpstreamState> upstreams, HeaderDecoder headers) => new(
        upstreams(cluster.Name), headers.Mutations(cluster.RequestHeadersToAdd, cluster.RequestHeadersToRemove),
        headers.Mutations(cluster.ResponseHeadersToAdd, cluster.ResponseHeadersToRemove), cluster.HasHostRewriteLiteral ? cluster.HostRewriteLiteral : null);

    private static bool IsExplicit(XdsRoute route) =>
        route.Metadata is not null && route.Metadata.FilterMetadata.TryGetValue("mesh.dev", out var mesh)
        && mesh.Fields.TryGetValue("retries", out var retries) && retries.StringValue == "explicit";

    private static TimeSpan? Positive(Duration? duration) => duration?.ToTimeSpan() is { Ticks: > 0 } time ? time : null;
}
