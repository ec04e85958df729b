using Envoy.Config.Core.V3;
using Mesh.Translation.Clusters;
using Mesh.Translation.Indexing;
using Mesh.Translation.Listeners;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Outbound;

/// <summary>
/// A listener of a Sidecar object that the application dials itself: HTTP by Host among what it imports, or TCP to the first service it
/// imports with its port.
/// </summary>
internal sealed class BoundListener(TranslationScope scope, EgressListener listener)
{
    public void AddTo(ResourceCollector resources)
    {
        var bind = listener.Spec.Bind;
        if (bind.StartsWith("unix:", StringComparison.Ordinal))
        {
            Report(".bind", "Sidecars do not listen on sockets; bind an IP address and a port. The listener is left out.");
            return;
        }
        var address = bind.Length > 0 ? bind : scope.Proxy.Address;
        var name = SocketListeners.Name(address, listener.Port);
        if (resources.Listeners.Contains(name) || (address == scope.Proxy.Address && OwnPorts.Contains(scope.Proxy, listener.Port)))
        {
            Report(".port", $"{address}:{listener.Port} is listened on already; the listener is left out.");
            return;
        }
        var port = listener.Spec.Port!;
        var protocol = PortProtocols.Select(null, port.Protocol, port.Name, port.Number);
        var result = SocketListeners.Create(name, address, listener.Port, TrafficDirection.Outbound);
        if (protocol.IsHttp())
        {
            result.FilterChains.Add(SocketListeners.Chain(HttpManagers.Filter(
                HttpManagers.ByName(name, $"outbound_{name}").WithRouteFilters().Normalizing(scope.Index.Settings.Paths).Serving(isOutbound: true))));
            resources.Routes.Add(new OutboundRoutes(scope, listener).ForListener(listener, name));
        }
        else if (First() is var (service, served)) result.FilterChains.AddRange(new OutboundRoutes(scope, listener).Chains(service, served));
        else
        {
            Report(".hosts", $"None of these hosts has a TCP port {listener.Port}; connections are refused.");
            result.FilterChains.Add(SocketListeners.Chain(TcpProxies.To(ClusterNames.BlackHole)));
        }
        resources.Listeners.Add(Packing.Resource(name, result.Inspecting()));
    }

    private (ServiceModel Service, ServicePortModel Port)? First()
    {
        foreach (var service in scope.Outbound.All.Select(s => s.Service).OrderBy(s => s.Source, Age.OldestFirst))
            foreach (var port in listener.PortsOf(service))
                if (!port.Protocol.IsHttp())
                    return (service, port);
        return null;
    }

    private void Report(string field, string reason) => scope.Report(scope.Outbound.Scope.Source!.Key, listener.Path + field, reason);
}
