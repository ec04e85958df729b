using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Routing;
using XdsRoute = Envoy.Config.Route.V3.Route;

namespace Mesh.Sidecar.Discovery;

/// <summary>Compiles what a route does when it forwards.</summary>
internal static class RouteActionDecoder
{
    public static RouteModel Apply(RouteModel model, XdsRoute route, VirtualHost host, Func<string, UpstreamState> upstreams)
    {
        var action = route.Route_;
        var hostRewrite = action.HostRewriteSpecifierCase switch
        {
            RouteAction.HostRewriteSpecifierOneofCase.None or RouteAction.HostRewriteSpecifierOneofCase.AutoHostRewrite => null,
            RouteAction.HostRewriteSpecifierOneofCase.HostRewriteLiteral => action.HostRewriteLiteral,
            _ => throw InvalidResourceException.Unsupported($"route.{action.HostRewriteSpecifierCase}"),
        };
        var written = model.RequestHeaders.Select(m => m.HostOverride).FirstOrDefault(h => h is not null);
        return model with
        {
            Targets = Targets(action, upstreams),
            Rewrite = action.PrefixRewrite.Length > 0 ? new PathRewrite(action.PrefixRewrite, null, "")
                : action.RegexRewrite is not null ? Substitute(action.RegexRewrite) : null,
            HostRewrite = written ?? hostRewrite,
            AutoHostRewrite = action.HostRewriteSpecifierCase == RouteAction.HostRewriteSpecifierOneofCase.AutoHostRewrite && action.AutoHostRewrite == true,
            Timeout = action.Timeout?.ToTimeSpan() is { Ticks: > 0 } timeout ? timeout : null,
            Retry = Retry(action.RetryPolicy ?? host.RetryPolicy, IsExplicit(route)),
        };
    }

    public static HeaderMutations Mutations(IEnumerable<HeaderValueOption> add, IEnumerable<string> remove)
    {
        var additions = add.Select(Addition).ToArray();
        var removals = remove.Select(r => r.ToLowerInvariant()).ToArray();
        return additions.Length == 0 && removals.Length == 0 ? HeaderMutations.None : new HeaderMutations(additions, removals);
    }

    public static PathRewrite Substitute(Envoy.Type.Matcher.V3.RegexMatchAndSubstitute rewrite)
    {
        var pattern = rewrite.Pattern.Regex;
        // RE2 writes \1 where .NET writes ${1}, and has no $ references.
        var substitution = System.Text.RegularExpressions.Regex.Replace(rewrite.Substitution.Replace("$", "$$"), @"\\(\d)", "$${$1}");
        return MatcherDecoder.Guard(pattern, () => new PathRewrite(null, SafeRegex.CompileSearch(pattern), substitution));
    }

    private static RouteTargets Targets(RouteAction action, Func<string, UpstreamState> upstreams)
    {
        switch (action.ClusterSpecifierCase)
        {
            case RouteAction.ClusterSpecifierOneofCase.Cluster:
                return new RouteTargets([(new RouteTarget(upstreams(action.Cluster), HeaderMutations.None, HeaderMutations.None, null), 1)]);
            case RouteAction.ClusterSpecifierOneofCase.WeightedClusters:
                var weighted = new List<(RouteTarget, uint Weight)>();
                foreach (var cluster in action.WeightedClusters.Clusters) weighted.Add((Target(cluster, upstreams), cluster.Weight ?? 0));
                var sum = weighted.Sum(w => (long)w.Weight);
                if (sum is 0 or > int.MaxValue) throw new InvalidResourceException($"weighted_clusters: the weights sum to {sum}");
                return new RouteTargets(weighted);
            default:
                throw InvalidResourceException.Unsupported($"route.{action.ClusterSpecifierCase}");
        }
    }

    private static RouteTarget Target(WeightedCluster.Types.ClusterWeight cluster, Func<string, UpstreamState> upstreams)
    {
        var request = Mutations(cluster.RequestHeadersToAdd, cluster.RequestHeadersToRemove);
        var rewrite = cluster.HasHostRewriteLiteral ? cluster.HostRewriteLiteral : request.HostOverride;
        return new RouteTarget(upstreams(cluster.Name), request,
            Mutations(cluster.ResponseHeadersToAdd, cluster.ResponseHeadersToRemove), rewrite);
    }

    private static bool IsExplicit(XdsRoute route) =>
        route.Metadata is not null && route.Metadata.FilterMetadata.TryGetValue("mesh.dev", out var mesh)
        && mesh.Fields.TryGetValue("retries", out var retries) && retries.StringValue == "explicit";

    private static RetryPolicyModel? Retry(RetryPolicy? policy, bool isExplicit)
    {
        if (policy is null) return null;
        if (!RetryConditions.TryParse(policy.RetryOn, out var on, out var codes, out var unknown))
            throw InvalidResourceException.Unsupported($"retry_on '{unknown}'");
        var retries = (int)(policy.NumRetries ?? 1);
        if (on == RetryOn.None || retries == 0) return null;
        var interval = policy.RetryBackOff?.BaseInterval?.ToTimeSpan() ?? RetryPolicyModel.DefaultBackOff;
        return new RetryPolicyModel
        {
            On = on,
            Retries = retries,
            PerTryTimeout = policy.PerTryTimeout?.ToTimeSpan() is { Ticks: > 0 } limit ? limit : null,
            StatusCodes = [.. policy.RetriableStatusCodes.Select(c => (int)c), .. codes],
            BaseInterval = interval,
            MaxInterval = policy.RetryBackOff?.MaxInterval?.ToTimeSpan() ?? interval * 10,
            IsExplicit = isExplicit,
        };
    }

    private static HeaderAddition Addition(HeaderValueOption option)
    {
        var action = option.Append is { } append
            ? append ? HeaderAppend.AppendOrAdd : HeaderAppend.OverwriteOrAdd
            : option.AppendAction switch
            {
                HeaderValueOption.Types.HeaderAppendAction.AddIfAbsent => HeaderAppend.AddIfAbsent,
                HeaderValueOption.Types.HeaderAppendAction.OverwriteIfExistsOrAdd => HeaderAppend.OverwriteOrAdd,
                HeaderValueOption.Types.HeaderAppendAction.OverwriteIfExists => HeaderAppend.OverwriteIfExists,
                _ => HeaderAppend.AppendOrAdd,
            };
        var name = option.Header.Key.ToLowerInvariant();
        if (name.Length == 0 || name is ":method" or ":scheme" or ":path") throw new InvalidResourceException($"header '{name}' cannot be set");
        var value = option.Header.Value;
        if (value.AsSpan().ContainsAny('\r', '\n', '\0')) throw new InvalidResourceException($"header '{name}': its value breaks the line");
        // %% is how Envoy writes a percent sign; its substitutions are not evaluated here.
        InvalidResourceException.ThrowIf(value.Replace("%%", "").Contains('%'), $"header '{name}': substitution in '{value}'");
        return new HeaderAddition(name, value.Replace("%%", "%"), action);
    }
}
