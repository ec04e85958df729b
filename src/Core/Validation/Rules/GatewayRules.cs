using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a Gateway must satisfy beyond its fields.</summary>
internal static class GatewayRules
{
    public static void Check(Gateway spec, RuleContext context)
    {
        context.Field("selector").CheckLabels(spec.Selector);
        for (var i = 0; i < spec.Servers.Length; i++)
        {
            var server = spec.Servers[i];
            var at = context.Field("servers").Item(i);
            for (var h = 0; h < server.Hosts.Length; h++) CheckHost(server.Hosts[h], at.Field("hosts").Item(h));
            if (server.Port is { } port) CheckPort(spec, i, port, at.Field("port"));
            if (server.Name.Length > 0 && spec.Servers.Take(i).Any(s => s.Name == server.Name)) at.Field("name").Error($"the server {Names.Quote(server.Name)} is given twice");
        }
    }

    // namespace/host, where the namespace may be "." or "*".
    private static void CheckHost(string host, RuleContext context)
    {
        var slash = host.IndexOf('/');
        var scope = slash < 0 ? "*" : host[..slash];
        if (scope is not ("*" or ".") && !Names.IsDns1123Label(scope)) context.Error($"{Names.Quote(scope)} is not a namespace", "Before the slash write a namespace, \".\" or \"*\".");
        Hosts.CheckHostOrWildcard(host[(slash + 1)..], context);
    }

    private static void CheckPort(Gateway spec, int index, Port port, RuleContext context)
    {
        foreach (var (other, number) in spec.Servers.Take(index).Select((s, n) => (s, n)))
        {
            if (other.Port is not { } taken) continue;
            if (port.Name.Length > 0 && taken.Name == port.Name) context.Field("name").Error($"the port name {Names.Quote(port.Name)} is given twice", "Port names are unique in a Gateway.");
            if (taken.Number != port.Number) continue;
            if (taken.Protocol != port.Protocol) context.Field("protocol").Error($"port {port.Number} already speaks {taken.Protocol} in servers[{number}]");
            else if (other.Hosts.Intersect(spec.Servers[index].Hosts).FirstOrDefault() is { } same) context.Error($"port {port.Number} already serves {Names.Quote(same)} in servers[{number}]");
        }
    }
}
