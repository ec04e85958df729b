using System.Collections.Immutable;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What a rule for TLS connections must satisfy.</summary>
internal static class TlsRouteRules
{
    public static void Check(TlsRoute route, ImmutableArray<string> hosts, RuleContext context)
    {
        for (var i = 0; i < route.Match.Length; i++) CheckMatch(route.Match[i], hosts, context.Field("match").Item(i));
        DestinationRules.Check(route.Route, context.Field("route"));
    }

    private static void CheckMatch(TlsMatchAttributes match, ImmutableArray<string> hosts, RuleContext context)
    {
        for (var i = 0; i < match.SniHosts.Length; i++) CheckServerName(match.SniHosts[i], hosts, context.Field("sniHosts").Item(i));
        for (var i = 0; i < match.DestinationSubnets.Length; i++) Addresses.CheckSubnet(match.DestinationSubnets[i], context.Field("destinationSubnets").Item(i));
        SourceRules.Check(match.SourceLabels, match.SourceNamespace, new GatewayScope(true, true), context);
        GatewayNameRules.Check(match.Gateways, context.Field("gateways"));
    }

    private static void CheckServerName(string name, ImmutableArray<string> hosts, RuleContext at)
    {
        Hosts.CheckServerName(name, at);
        if (Hosts.IsIpAddress(name)) at.Warn($"{Names.Quote(name)} is an IP address, which clients do not send as a server name");
        else if (!hosts.Any(h => Hosts.Covers(h, name))) at.Error($"{Names.Quote(name)} is not one of the object's hosts", $"Add it to hosts, or use one that {string.Join(", ", hosts.Take(3))} covers.");
    }
}
