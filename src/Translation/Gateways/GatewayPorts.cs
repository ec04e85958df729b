using Mesh.Core.Resources.Networking;
using Mesh.Translation.Indexing;
using Mesh.Translation.Listeners;

namespace Mesh.Translation.Gateways;

/// <summary>The servers of all Gateway objects that select a proxy, by port, oldest object first.</summary>
internal static class GatewayPorts
{
    public static SortedDictionary<int, List<GatewayServer>> For(TranslationScope scope)
    {
        var result = new SortedDictionary<int, List<GatewayServer>>();
        foreach (var source in scope.Index.Gateways)
        {
            var gateway = source.SpecAs<Gateway>();
            if (!Labels.Match(gateway.Selector, scope.Proxy.Labels)) continue;
            scope.DependsOn(source.Key);
            for (var i = 0; i < gateway.Servers.Length; i++)
                if (Usable(scope, new GatewayServer(source, i, gateway.Servers[i])) is { } server)
                    AddTo(scope, ListAt(result, server.Server.Port!.Number), server);
        }
        return result;
    }

    // One port speaks one thing: that of the oldest object.
    private static void AddTo(TranslationScope scope, List<GatewayServer> servers, GatewayServer server)
    {
        if (servers.Count == 0 || (servers[0].IsStream, servers[0].IsTls) == (server.IsStream, server.IsTls)) servers.Add(server);
        else scope.Report(server.Source.Key, server.Path + ".port", $"{servers[0].Source.Key} is older and speaks {servers[0].Server.Port!.Protocol} on port {server.Server.Port!.Number}. The server is left out.");
    }

    private static GatewayServer? Usable(TranslationScope scope, GatewayServer server)
    {
        var reason = server.Server switch
        {
            { Port: null } => "A port is required.",
            { Tls: { } tls } when !server.IsTls => $"Gateways do not end TLS yet ({tls.Mode}); they pass it on (PASSTHROUGH, protocol TLS or HTTPS).",
            { Tls: null, Port.Protocol: var protocol } when protocol.ToUpperInvariant() is "TLS" or "HTTPS" => $"{protocol} needs tls.",
            { Port.Protocol: var protocol } when !server.IsStream && protocol.ToUpperInvariant() is not ("HTTP" or "HTTP2" or "GRPC") =>
                $"Gateways do not speak {protocol} yet.",
            { Port.Number: var port } when OwnPorts.Contains(scope.Proxy, port) => "The port belongs to the gateway itself.",
            _ => null,
        };
        if (reason is null) return server;
        scope.Report(server.Source.Key, server.Path, reason + " The server is left out.");
        return null;
    }

    private static List<GatewayServer> ListAt(SortedDictionary<int, List<GatewayServer>> ports, int port)
    {
        if (!ports.TryGetValue(port, out var list)) ports[port] = list = [];
        return list;
    }
}
