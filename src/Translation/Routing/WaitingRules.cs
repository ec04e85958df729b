using System.Collections.Immutable;
using Envoy.Config.Route.V3;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Indexing;

namespace Mesh.Translation.Routing;

/// <summary>
/// What the requests of a rule get while nothing that it leads to is there: the routing they had by the object before its last change, else that of
/// a host without rules. They never fall through to a later rule, which was not meant for them.
/// </summary>
internal static class WaitingRules
{
    /// <summary>The rule of the earlier object for exactly these requests, as far as it is one that leads somewhere.</summary>
    public static VirtualServiceRule? Earlier(
        VirtualServiceModel? earlier, RouteMatch match, Func<VirtualServiceModel, HttpMatchRequest, bool> applies) => earlier?.Rules.FirstOrDefault(r =>
        r.Route is { Redirect: null, DirectResponse: null } &&
        (r.Route.Match.IsDefaultOrEmpty
            ? MatchTranslator.Everything().Equals(match)
            : r.Route.Match.Any(m => applies(r.Owner, m) && MatchTranslator.Translate(m).Equals(match))));

    /// <summary>As the HTTP one, of TCP rules: where the first one for exactly these connections leads, and where that is written.</summary>
    public static (ImmutableArray<RouteDestination> Route, string Path)? EarlierTcp(
        VirtualServiceModel? earlier, ImmutableArray<string> subnets, Func<VirtualServiceModel, L4MatchAttributes, bool> applies)
    {
        for (var i = 0; i < (earlier?.Spec.Tcp.Length ?? 0); i++)
        {
            var rule = earlier!.Spec.Tcp[i];
            var isFor = rule.Match.IsDefaultOrEmpty ? subnets.IsEmpty : rule.Match.Any(m => applies(earlier, m) && m.DestinationSubnets.SequenceEqual(subnets));
            if (isFor) return (rule.Route, $"spec.tcp[{i}]");
        }
        return null;
    }

    /// <summary>As the TCP one, of TLS rules.</summary>
    public static (ImmutableArray<RouteDestination> Route, string Path)? EarlierTls(
        VirtualServiceModel? earlier, TlsMatchAttributes match, Func<VirtualServiceModel, TlsMatchAttributes, bool> applies)
    {
        for (var i = 0; i < (earlier?.Spec.Tls.Length ?? 0); i++)
        {
            var rule = earlier!.Spec.Tls[i];
            var isFor = rule.Match.Any(m => applies(earlier, m) && m.DestinationSubnets.SequenceEqual(match.DestinationSubnets) &&
                m.SniHosts.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(match.SniHosts));
            if (isFor) return (rule.Route, $"spec.tls[{i}]");
        }
        return null;
    }

    /// <summary>Routing as if there were no object for the host.</summary>
    public static Route Default(RouteContext context, Route route)
    {
        if (context.Itself is { } cluster)
        {
            var plain = HttpRuleTranslator.Default(context, cluster);
            plain.Name = route.Name;
            plain.Match = route.Match;
            return plain;
        }
        var isGateway = context.Scope.Proxy.Role == ProxyRole.Gateway;
        return new Route { Name = route.Name, Match = route.Match, DirectResponse = new DirectResponseAction { Status = isGateway ? 404u : 502u } };
    }
}
