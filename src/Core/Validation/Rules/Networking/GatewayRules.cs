using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What a Gateway must satisfy beyond its fields.</summary>
internal static class GatewayRules
{
    public static void Check(Gateway spec, RuleContext context)
    {
        if (!Names.IsDns1123Label(context.Metadata.Name)) context.OfMetadata("name").Error(Names.LabelReason(context.Metadata.Name), "VirtualServices name gateways as namespace/name, without dots.");
        context.Field("selector").CheckLabels(spec.Selector);
        for (var i = 0; i < spec.Servers.Length; i++)
        {
            var server = spec.Servers[i];
            var at = context.Field("servers").Item(i);
            CheckServer(server, at);
            if (server.Port is { } port) CheckPort(spec, i, port, at.Field("port"));
            if (server.Name.Length > 0 && spec.Servers.Take(i).Any(s => s.Name == server.Name)) at.Field("name").Error($"the server {Names.Quote(server.Name)} is given twice");
        }
    }

    private static void CheckServer(Server server, RuleContext context)
    {
        for (var h = 0; h < server.Hosts.Length; h++)
        {
            var at = context.Field("hosts").Item(h);
            CheckHost(server.Hosts[h], Protocols.IsTls(server.Port?.Protocol ?? ""), at);
            if (server.Hosts.IndexOf(server.Hosts[h], 0, StringComparer.OrdinalIgnoreCase) < h) at.Error($"{Names.Quote(server.Hosts[h])} is given twice");
        }

        if (Addresses.IsUnix(server.Bind)) context.Field("bind").Error("gateways do not listen on sockets", "Write an IP address of the gateway's machine, or leave it out.");
        else if (server.Bind.Length > 0) Addresses.CheckIpAddress(server.Bind, context.Field("bind"));
        CheckTls(server, context.Field("tls"));
    }

    private static void CheckTls(Server server, RuleContext context)
    {
        var protocol = server.Port?.Protocol ?? "";
        if (server.Tls is not { } tls)
        {
            if (Protocols.IsTls(protocol)) context.Error($"required for protocol {protocol.ToUpperInvariant()}");
            return;
        }

        ServerTlsRules.Check(tls, context);
        if (Protocols.IsTls(protocol))
        {
            if (tls.HttpsRedirect) context.Field("httpsRedirect").Warn("has no effect: the port speaks TLS already", "Set it on the server of the plain HTTP port.");
        }
        else if (!Protocols.IsHttp(protocol))
        {
            context.Conflict($"a port with protocol {protocol.ToUpperInvariant()} cannot have TLS settings", "Use protocol TLS or HTTPS.");
        }
        else if (tls.Mode is not (ServerTlsMode.Passthrough or ServerTlsMode.AutoPassthrough) || ServerTlsRules.HasCertificates(tls))
        {
            context.Conflict($"a port with protocol {protocol.ToUpperInvariant()} can only have httpsRedirect", "Use protocol HTTPS.");
        }
    }

    // namespace/host, where the namespace may be "." or "*".
    private static void CheckHost(string host, bool isTls, RuleContext context)
    {
        var slash = host.IndexOf('/');
        var scope = slash < 0 ? "*" : host[..slash];
        if (scope is not ("*" or ".") && !Names.IsDns1123Label(scope)) context.Error($"{Names.Quote(scope)} is not a namespace", "Before the slash write a namespace, \".\" or \"*\".");
        if (isTls) Hosts.CheckServerName(host[(slash + 1)..], context);
        else Hosts.CheckHostOrWildcard(host[(slash + 1)..], context);
        Hosts.CheckFullName(host[(slash + 1)..], context);
    }

    private static void CheckPort(Gateway spec, int index, Port port, RuleContext context)
    {
        if (port.Protocol.Length > 0) Protocols.Check(port.Protocol, context.Field("protocol"), optional: false);
        foreach (var (other, number) in spec.Servers.Take(index).Select((s, n) => (s, n)))
        {
            if (other.Port is not { } taken) continue;
            if (port.Name.Length > 0 && taken.Name == port.Name) context.Field("name").Error($"the port name {Names.Quote(port.Name)} is given twice", "Port names are unique in a Gateway.");
            if (taken.Number != port.Number || other.Bind != spec.Servers[index].Bind) continue;
            if (!Mix(taken.Protocol, port.Protocol)) context.Field("protocol").Error($"port {port.Number} already speaks {taken.Protocol} in servers[{number}]");
            else if (other.Hosts.Intersect(spec.Servers[index].Hosts, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } same) context.Error($"port {port.Number} already serves {Names.Quote(same)} in servers[{number}]");
        }
    }

    // Plain HTTP of any version goes by Host, TLS by server name; nothing else can be told apart.
    private static bool Mix(string one, string other) =>
        one.Equals(other, StringComparison.OrdinalIgnoreCase) || (Protocols.IsHttp(one) && Protocols.IsHttp(other)) || (Protocols.IsTls(one) && Protocols.IsTls(other));
}
