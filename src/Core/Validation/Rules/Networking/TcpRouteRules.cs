using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What a rule for TCP connections must satisfy.</summary>
internal static class TcpRouteRules
{
    public static void Check(TcpRoute route, RuleContext context)
    {
        for (var i = 0; i < route.Match.Length; i++)
        {
            var match = route.Match[i];
            var at = context.Field("match").Item(i);
            for (var s = 0; s < match.DestinationSubnets.Length; s++) Addresses.CheckSubnet(match.DestinationSubnets[s], at.Field("destinationSubnets").Item(s));
            if (match.SourceSubnet.Length > 0) Addresses.CheckSubnet(match.SourceSubnet, at.Field("sourceSubnet"));
            SourceRules.Check(match.SourceLabels, match.SourceNamespace, new GatewayScope(true, true), at);
            GatewayNameRules.Check(match.Gateways, at.Field("gateways"));
        }

        DestinationRules.Check(route.Route, context.Field("route"));
    }
}
