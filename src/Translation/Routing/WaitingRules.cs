using Envoy.Config.Route.V3;
using Mesh.Translation.Indexing;

namespace Mesh.Translation.Routing;

/// <summary>
/// What the requests of a rule get while nothing that it leads to is there: the routing they had by the object before its last change, else that of
/// a host without rules. They never fall through to a later rule, which was not meant for them.
/// </summary>
internal static class WaitingRules
{
    /// <summary>The rule of the earlier object for exactly these requests, as far as it is one that leads somewhere.</summary>
    public static VirtualServiceRule? Earlier(VirtualServiceModel? earlier, RouteMatch match) => earlier?.Rules.FirstOrDefault(r =>
        r.Route is { Redirect: null, DirectResponse: null } &&
        (r.Route.Match.IsDefaultOrEmpty ? MatchTranslator.Everything().Equals(match) : r.Route.Match.Any(m => MatchTranslator.Translate(m).Equals(match))));

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
