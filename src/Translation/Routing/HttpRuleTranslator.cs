using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Indexing;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Routing;

/// <summary>
/// Turns the HTTP rules of a VirtualService into routes, in their order; a match that cannot hold for this proxy and port is
/// left out here rather than evaluated on each request.
/// </summary>
internal static class HttpRuleTranslator
{
    public static List<Route> Translate(RouteContext context, VirtualServiceModel owner)
    {
        context.Scope.DependsOn(owner.Source.Key);
        context.Scope.DependsOn(owner.Delegates);
        context.Scope.Report(owner.Problems);
        var routes = new List<Route>();
        foreach (var rule in owner.Rules)
        {
            foreach (var (match, name, statPrefix) in Matches(context, rule.Owner, rule.Route))
            {
                if (Build(context, owner, rule.Owner, rule.Route, match, name, statPrefix, rule.Path) is not { } route) continue;
                routes.Add(route);
                if (MatchTranslator.IsCatchAll(match)) return routes;
            }
        }
        return routes;
    }

    /// <summary>The route of a service without rules of its own.</summary>
    public static Route Default(RouteContext context, string cluster)
    {
        context.Clusters.Add(cluster);
        var route = new Route { Name = "default", Match = MatchTranslator.Everything(), Route_ = new RouteAction { Cluster = cluster } };
        Timeouts(context, route.Route_, null);
        HashPolicies.Apply(route.Route_, context.Scope.Outbound.Policy(cluster).LoadBalancer);
        RetryPolicies.Apply(route, route.Route_, null, context.Scope.Index.Settings);
        return route;
    }

    private static IEnumerable<(RouteMatch Match, string Name, string StatPrefix)> Matches(RouteContext context, VirtualServiceModel owner, HttpRoute rule)
    {
        if (rule.Match.IsDefaultOrEmpty) yield return (MatchTranslator.Everything(), rule.Name, "");
        else
            foreach (var match in rule.Match)
                if (Applies(context, owner, match))
                    yield return (MatchTranslator.Translate(match), match.Name.Length == 0 ? rule.Name : $"{rule.Name}.{match.Name}", match.StatPrefix);
    }

    private static bool Applies(RouteContext context, VirtualServiceModel owner, HttpMatchRequest match)
    {
        var proxy = context.Scope.Proxy;
        if (match.Port != 0 && match.Port != context.Port) return false;
        // Who names gateways asks for nothing else of the caller (Istio).
        if (!match.Gateways.IsDefaultOrEmpty)
            return match.Gateways.Any(g => context.Gateways.Contains(VirtualServiceModel.ResolveGateway(g, owner.Namespace)));
        return (match.SourceNamespace.Length == 0 || match.SourceNamespace == proxy.Namespace) && Labels.Match(match.SourceLabels, proxy.Labels);
    }

    private static Route? Build(
        RouteContext context, VirtualServiceModel root, VirtualServiceModel owner, HttpRoute rule, RouteMatch match, string name, string statPrefix,
        string path)
    {
        var route = new Route { Name = name, Match = match, Metadata = Origin(owner), StatPrefix = statPrefix };
        // Before those of a single target, which are more specific and have the last word.
        HeaderMutations.Apply(route, rule.Headers);
        Filters(context, owner, rule, route, path);
        if (rule.Redirect is { } redirect)
        {
            if (Redirects.Translate(redirect, context.Port) is not { } action)
            {
                context.Scope.Report(owner.Source.Key, path + ".redirect.redirectCode", $"{redirect.RedirectCode} is no redirect; the rule answers 503.");
                return Unavailable(route);
            }
            route.Redirect = action;
        }
        else if (rule.DirectResponse is { } response) route.DirectResponse = Redirects.Translate(response);
        else if (!Forward(context, owner, rule, route, path, out var isWaiting)) return isWaiting ? Waiting(context, root, route, statPrefix) : Unavailable(route);
        return route;
    }

    private static void Filters(RouteContext context, VirtualServiceModel owner, HttpRoute rule, Route route, string path)
    {
        if (context.Scope.Proxy.Dialect != ProxyDialect.Grpc)
        {
            RouteFilters.Apply(route, rule);
            return;
        }
        if (rule.Fault is not null) context.Scope.Report(owner.Source.Key, path + ".fault", "Proxyless gRPC clients get no faults.");
        if (rule.Mirror is not null || rule.Mirrors.Length > 0)
            context.Scope.Report(owner.Source.Key, path + (rule.Mirror is null ? ".mirrors" : ".mirror"), "Requests of proxyless gRPC clients are not mirrored.");
    }

    /// <summary>
    /// What a rule does when it has nowhere to go. Its requests must not fall through to a later rule: who wrote the match
    /// wanted them kept apart.
    /// </summary>
    private static Route Unavailable(Route route)
    {
        route.DirectResponse = new DirectResponseAction { Status = 503 };
        return route;
    }

    // The object's former routing of these requests, where that still leads somewhere; what it names is no problem of the object as it is now.
    private static Route Waiting(RouteContext context, VirtualServiceModel root, Route route, string statPrefix)
    {
        if (WaitingRules.Earlier(root.Earlier, route.Match, (owner, match) => Applies(context, owner, match)) is { } earlier)
        {
            var quiet = context with { IsQuiet = true };
            var former = new Route { Name = route.Name, Match = route.Match, Metadata = Origin(earlier.Owner), StatPrefix = statPrefix };
            HeaderMutations.Apply(former, earlier.Route.Headers);
            Filters(quiet, earlier.Owner, earlier.Route, former, earlier.Path);
            if (Forward(quiet, earlier.Owner, earlier.Route, former, earlier.Path, out _)) return former;
        }
        return WaitingRules.Default(context, route);
    }

    private static bool Forward(RouteContext context, VirtualServiceModel owner, HttpRoute rule, Route route, string path, out bool isWaiting)
    {
        var targets = Targets(context, owner, rule, path, out isWaiting);
        if (targets.Count == 0) return false;
        var action = new RouteAction();
        if (targets.Count == 1) Single(route, action, targets[0]);
        else action.WeightedClusters = Weighted(targets);
        if (HeaderMutations.Host(rule.Headers) is { } host) action.HostRewriteLiteral = host;
        if (rule.Rewrite is { } rewrite)
        {
            if (rewrite.UriRegexRewrite is { } regex)
                action.RegexRewrite = new RegexMatchAndSubstitute { Pattern = new RegexMatcher { Regex = regex.Match }, Substitution = regex.Rewrite };
            else action.PrefixRewrite = rewrite.Uri;
            if (rewrite.Authority.Length > 0) action.HostRewriteLiteral = rewrite.Authority;
        }
        if (context.Scope.Proxy.Dialect != ProxyDialect.Grpc) Mirrors.Apply(context, owner, rule, action, path);
        Timeouts(context, action, rule.Timeout);
        foreach (var target in targets) HashPolicies.Apply(action, context.Scope.Outbound.Policy(target.Cluster).LoadBalancer);
        RetryPolicies.Apply(route, action, rule.Retries, context.Scope.Index.Settings);
        route.Route_ = action;
        return true;
    }

    /// <summary>
    /// The targets that exist and have a share. Those that do not exist leave theirs to the others: answering 503 to that
    /// share would make a typing error, or a subset that arrives a moment later, an outage.
    /// </summary>
    private static List<Target> Targets(RouteContext context, VirtualServiceModel owner, HttpRoute rule, string path, out bool isWaiting)
    {
        isWaiting = false;
        var found = new List<Target>();
        for (var k = 0; k < rule.Route.Length; k++)
        {
            var weight = rule.Route.Length == 1 ? 1 : rule.Route[k].Weight;
            var cluster = DestinationResolver.Resolve(context, owner, rule.Route[k].Destination, $"{path}.route[{k}].destination");
            isWaiting |= cluster is null;
            if (cluster is not null && weight > 0)
                found.Add(new Target(cluster, (uint)weight, rule.Route[k].Headers));
        }
        return found;
    }

    private static void Single(Route route, RouteAction action, Target target)
    {
        action.Cluster = target.Cluster;
        HeaderMutations.Apply(route, target.Headers);
        // What the rule itself sets has the last word, as Envoy has it where there are several targets (Istio).
        if (HeaderMutations.Host(target.Headers) is { } host) action.HostRewriteLiteral = host;
    }

    private static WeightedCluster Weighted(List<Target> targets)
    {
        var result = new WeightedCluster();
        foreach (var target in targets)
        {
            var weight = new WeightedCluster.Types.ClusterWeight { Name = target.Cluster, Weight = target.Weight };
            HeaderMutations.Apply(weight, target.Headers);
            if (HeaderMutations.Host(target.Headers) is { } host) weight.HostRewriteLiteral = host;
            result.Clusters.Add(weight);
        }
        return result;
    }

    /// <summary>No timeout unless asked for, as in Istio; gRPC clients read another field than proxies do.</summary>
    private static void Timeouts(RouteContext context, RouteAction action, TimeSpan? timeout)
    {
        var limit = Duration.FromTimeSpan(timeout ?? TimeSpan.Zero);
        if (context.Scope.Proxy.Dialect == ProxyDialect.Grpc)
        {
            if (timeout > TimeSpan.Zero) action.MaxStreamDuration = new RouteAction.Types.MaxStreamDuration { MaxStreamDuration_ = limit };
            return;
        }
        action.Timeout = limit;
        action.MaxGrpcTimeout = limit;
    }

    private static Envoy.Config.Core.V3.Metadata Origin(VirtualServiceModel owner) => Structs.Metadata((
        "istio",
        Structs.Of("config", $"/apis/networking.istio.io/v1/namespaces/{owner.Namespace}/virtual-service/{owner.Source.Key.Name}")));

    private readonly record struct Target(string Cluster, uint Weight, Headers? Headers);
}
