using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Mesh.Translation.Hosts;
using Mesh.Translation.Indexing;
using Mesh.Translation.Listeners;
using Mesh.Translation.Routing;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Gateways;

/// <summary>
/// Ports of a gateway that pass connections on: TCP by the rules of the VirtualServices bound to it, the oldest first; TLS, unopened, by server name.
/// A connection that no rule takes is closed.
/// </summary>
internal sealed class GatewayStreams(TranslationScope scope, HashSet<string> clusters)
{
    /// <summary>Null where no rule leads anywhere: nothing is listened on then.</summary>
    public ProxyResource? ForPort(int port, IReadOnlyList<GatewayServer> servers)
    {
        var name = SocketListeners.Name(scope.Proxy.Address, port);
        var listener = SocketListeners.Create(name, scope.Proxy.Address, port, TrafficDirection.Outbound);
        foreach (var server in servers)
            foreach (var owner in scope.Index.VirtualServices.BoundTo(server.Gateway).Where(v => v.IsVisibleTo(scope.Proxy.Namespace)))
                foreach (var chain in Chains(server, owner, port))
                    if (listener.FilterChains.All(c => !Equals(c.FilterChainMatch, chain.FilterChainMatch))) listener.FilterChains.Add(chain);
        if (listener.FilterChains.Count > 0) return Packing.Resource(name, listener.Inspecting());
        foreach (var server in servers)
            scope.Report(server.Source.Key, server.Path, $"No VirtualService bound to {server.Gateway} has a {(server.IsTls ? "tls" : "tcp")} rule for port {port}; it is not listened on.");
        return null;
    }

    private List<FilterChain> Chains(GatewayServer server, VirtualServiceModel owner, int port)
    {
        var context = new RouteContext(scope, [server.Gateway], port) { Clusters = clusters };
        if (!server.IsTls) return Admits(server, owner, owner.Hosts) ? StreamRoutes.Tcp(context, owner, null) : [];
        return StreamRoutes.Tls(context, owner, null, sni => Admits(server, owner, [sni]));
    }

    private static bool Admits(GatewayServer server, VirtualServiceModel owner, IEnumerable<string> hosts) => server.Hosts
        .Where(h => h.Namespace == "*" || h.Namespace == owner.Namespace)
        .Any(h => hosts.Any(host => HostName.Intersect(host, h.Host) is not null));
}
