using Mesh.Core.Resources.Networking;
using Mesh.Translation.Indexing;
using Mesh.Translation.Listeners;

namespace Mesh.Translation.Gateways;

/// <summary>An address that a gateway listens on.</summary>
/// <param name="Port">The port.</param>
/// <param name="Bind">The IP address that Gateway objects ask for; empty: the gateway's own.</param>
internal readonly record struct GatewayPort(int Port, string Bind) : IComparable<GatewayPort>
{
    public string Address(ProxyDescriptor proxy) => Bind.Length > 0 ? Bind : proxy.Address;

    public int CompareTo(GatewayPort other) => Port != other.Port ? Port.CompareTo(other.Port) : string.CompareOrdinal(Bind, other.Bind);
}

/// <summary>The servers of all Gateway objects that select a proxy, by port and address, oldest object first.</summary>
internal static class GatewayPorts
{
    private const string LeftOut = " The server is left out.";

    public static SortedDictionary<GatewayPort, List<GatewayServer>> For(TranslationScope scope)
    {
        var result = new SortedDictionary<GatewayPort, List<GatewayServer>>();
        foreach (var source in scope.Index.Gateways)
        {
            var gateway = source.SpecAs<Gateway>();
            if (!Labels.Match(gateway.Selector, scope.Proxy.Labels)) continue;
            scope.DependsOn(source.Key);
            for (var i = 0; i < gateway.Servers.Length; i++)
                if (Usable(scope, new GatewayServer(source, i, gateway.Servers[i])) is { } server)
                    AddTo(scope, ListAt(result, At(scope, server.Server)), server);
        }
        return result;
    }

    private static GatewayPort At(TranslationScope scope, Server server) => new(server.Port!.Number, server.Bind == scope.Proxy.Address ? "" : server.Bind);

    // One port speaks one thing: that of the oldest object. One server name has one certificate.
    private static void AddTo(TranslationScope scope, List<GatewayServer> servers, GatewayServer server)
    {
        var port = server.Server.Port!.Number;
        if (servers.Count > 0 && servers[0].Kind != server.Kind)
            scope.Report(server.Source.Key, server.Path + ".port", $"{servers[0].Source.Key} is older and speaks {servers[0].Server.Port!.Protocol} on port {port}.{LeftOut}");
        else if (servers.Find(s => (s.EndsTls || server.EndsTls) && Shared(s, server) is not null) is { } older)
            scope.Report(server.Source.Key, server.Path + ".hosts", $"{older.Source.Key} is older and serves TLS for '{Shared(older, server)}' on port {port}.{LeftOut}");
        else servers.Add(server);
    }

    private static string? Shared(GatewayServer one, GatewayServer other) =>
        one.Hosts.Select(h => h.Host).Intersect(other.Hosts.Select(h => h.Host), StringComparer.Ordinal).FirstOrDefault();

    private static GatewayServer? Usable(TranslationScope scope, GatewayServer server)
    {
        var reason = server.Server switch
        {
            { Port: null } => "A port is required.",
            { Tls: null, Port.Protocol: var protocol } when server.SpeaksTls => $"{protocol} needs tls.",
            { Tls.Mode: ServerTlsMode.AutoPassthrough } when server.SpeaksTls => "AUTO_PASSTHROUGH is for gateways between networks; use PASSTHROUGH.",
            { Port.Protocol: var protocol } when !server.IsStream && !server.IsHttp => $"Gateways do not speak {protocol} yet.",
            { Port.Number: var port, Bind: var bind } when IsOwn(scope.Proxy, port, bind) => "The port belongs to the gateway itself.",
            _ => null,
        };
        if (reason is null) return server;
        scope.Report(server.Source.Key, server.Path, reason + LeftOut);
        return null;
    }

    private static bool IsOwn(ProxyDescriptor proxy, int port, string bind) =>
        (bind.Length == 0 || bind == proxy.Address || bind is "0.0.0.0" or "::") && OwnPorts.Contains(proxy, port);

    private static List<GatewayServer> ListAt(SortedDictionary<GatewayPort, List<GatewayServer>> ports, GatewayPort port)
    {
        if (!ports.TryGetValue(port, out var list)) ports[port] = list = [];
        return list;
    }
}
