using Envoy.Config.Core.V3;
using Mesh.Translation.Indexing;
using Mesh.Translation.Listeners;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Outbound;

/// <summary>A sidecar's outbound listeners: one by Host for all services, and one for each port of each service it has an alias of.</summary>
internal sealed class OutboundListeners(TranslationScope scope, OutboundRoutes routes)
{
    public const int HttpProxyPort = 15001;

    public void AddTo(ResourceCollector resources)
    {
        resources.Listeners.Add(ByHost());
        resources.Routes.Add(scope.Join(scope.Outbound.HttpProxyRoutes.GetOrAdd(
            LabelsThatMatter(), _ => scope.Apart(inner => new OutboundRoutes(inner).ForHttpProxy()))));
        foreach (var (name, address) in scope.Proxy.Aliases)
            if (scope.Outbound.Imported(name.Host) is { } imported)
                foreach (var port in imported.Ports)
                    AddAlias(resources, imported.Service, port, address);
        foreach (var listener in scope.Outbound.Scope.Bound) new BoundListener(scope, listener).AddTo(resources);
    }

    private string LabelsThatMatter() => string.Join(
        ',', scope.Index.VirtualServices.SourceLabels.Select(l => scope.Proxy.Labels.TryGetValue(l, out var value) ? $"{l}={value}" : l));

    private ProxyResource ByHost()
    {
        var filter = HttpManagers.Filter(HttpManagers.ByName(OutboundRoutes.HttpProxy, "outbound_http_proxy").WithRouteFilters().Normalizing(scope.Index.Settings.Paths).Serving(isOutbound: true));
        return Packing.Resource(
            OutboundRoutes.HttpProxy,
            SocketListeners.Create(
                OutboundRoutes.HttpProxy, scope.Proxy.Address, HttpProxyPort, TrafficDirection.Outbound, SocketListeners.Chain(filter)));
    }

    private void AddAlias(ResourceCollector resources, ServiceModel service, ServicePortModel port, string address)
    {
        var name = SocketListeners.Name(address, port.Number);
        if (resources.Listeners.Contains(name)) return;
        var target = OutboundRoutes.HostPort(service.Host, port.Number);
        var listener = SocketListeners.Create(name, address, port.Number, TrafficDirection.Outbound);
        if (port.Protocol.IsHttp())
        {
            var filter = HttpManagers.Filter(HttpManagers.ByName(target, $"outbound_{target}").WithRouteFilters().Normalizing(scope.Index.Settings.Paths).Serving(isOutbound: true));
            listener.FilterChains.Add(SocketListeners.Chain(filter));
            resources.Routes.Add(routes.ForPort(service, port));
        }
        else
        {
            listener.FilterChains.AddRange(routes.Chains(service, port));
        }
        resources.Listeners.Add(Packing.Resource(name, listener.Inspecting()));
    }
}
