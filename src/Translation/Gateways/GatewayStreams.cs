using Envoy.Config.Listener.V3;
using Mesh.Translation.Hosts;
using Mesh.Translation.Indexing;
using Mesh.Translation.Routing;

namespace Mesh.Translation.Gateways;

/// <summary>
/// Servers of a gateway that pass connections on: TCP, also out of TLS that ends here, by the rules of the VirtualServices bound to it, the oldest
/// first; TLS, unopened, by server name. A connection that no rule takes is closed.
/// </summary>
internal sealed class GatewayStreams(TranslationScope scope, HashSet<string> clusters)
{
    public void AddTo(Listener listener, int port, IReadOnlyList<GatewayServer> servers)
    {
        foreach (var server in servers)
            if (!AddTo(listener, server, port))
                scope.Report(server.Source.Key, server.Path, $"No VirtualService bound to {server.Gateway} has a {(server.PassesTls ? "tls" : "tcp")} rule for port {port}; it is not listened on.");
    }

    private bool AddTo(Listener listener, GatewayServer server, int port)
    {
        var found = false;
        foreach (var owner in scope.Index.VirtualServices.BoundTo(server.Gateway).Where(v => v.IsVisibleTo(scope.Proxy.Namespace)))
            foreach (var chain in Chains(server, owner, port))
            {
                found = true;
                if (listener.FilterChains.All(c => !Equals(c.FilterChainMatch, chain.FilterChainMatch))) listener.FilterChains.Add(chain);
            }
        return found;
    }

    private List<FilterChain> Chains(GatewayServer server, VirtualServiceModel owner, int port)
    {
        var context = new RouteContext(scope, [server.Gateway], port) { Clusters = clusters };
        if (server.PassesTls) return StreamRoutes.Tls(context, owner, null, sni => Admits(server, owner, [sni]));
        var chains = Admits(server, owner, owner.Hosts) ? StreamRoutes.Tcp(context, owner, null) : [];
        if (server.EndsTls) chains.ForEach(c => c.Ending(server, scope.Proxy));
        return chains;
    }

    private static bool Admits(GatewayServer server, VirtualServiceModel owner, IEnumerable<string> hosts) => server.Hosts
        .Where(h => h.Namespace == "*" || h.Namespace == owner.Namespace)
        .Any(h => hosts.Any(host => HostName.Intersect(host, h.Host) is not null));
}
