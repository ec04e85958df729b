using System.Collections.Immutable;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>References to gateways: <c>mesh</c>, <c>name</c> or <c>namespace/name</c>.</summary>
internal static class GatewayNameRules
{
    public static void Check(ImmutableArray<string> gateways, RuleContext context)
    {
        for (var i = 0; i < gateways.Length; i++)
        {
            var at = context.Item(i);
            var parts = gateways[i].Split('/');
            var valid = parts.Length == 1 ? Names.IsDns1123Subdomain(parts[0]) : parts.Length == 2 && Names.IsDns1123Label(parts[0]) && Names.IsDns1123Label(parts[1]);
            if (!valid) at.Error($"{Names.Quote(gateways[i])} does not name a gateway", "Write \"mesh\", \"name\" or \"namespace/name\".");
            else if (parts.Length == 1 && gateways[i].Split('.') is [var name, var scope, ..]) at.Warn($"{Names.Quote(gateways[i])} is an old form", $"Write {scope}/{name}.");
        }
    }
}
