using Mesh.Translation.Indexing;
using Mesh.Translation.Listeners;

namespace Mesh.Translation.Inbound;

/// <summary>The target ports of a workload and what is spoken on each.</summary>
internal static class InboundPorts
{
    /// <summary>
    /// Those that services name, and those that the workload is registered with but no service names: they are reachable by
    /// address, with the protocol detected. Where services disagree on a protocol the oldest decides.
    /// </summary>
    public static SortedDictionary<int, PortProtocol> For(TranslationScope scope)
    {
        var proxy = scope.Proxy;
        var result = new SortedDictionary<int, PortProtocol>();
        var deciding = new Dictionary<int, ServiceModel>();
        var services = scope.Index.Services.Selecting(proxy.Namespace, proxy.Labels).OrderBy(s => s.Source, Age.OldestFirst);
        foreach (var service in services)
        {
            scope.DependsOn(service.Source.Key);
            foreach (var port in service.Ports)
            {
                if (OwnPorts.Contains(proxy, port.TargetPort))
                    scope.Report(service.Source.Key, "spec.ports", $"Target port {port.TargetPort} belongs to the sidecar itself; the port cannot be served.");
                else if (result.TryAdd(port.TargetPort, port.Protocol)) deciding[port.TargetPort] = service;
                else if (result[port.TargetPort] != port.Protocol)
                    scope.Report(service.Source.Key, "spec.ports",
                        $"Target port {port.TargetPort} speaks {result[port.TargetPort]} according to the older {deciding[port.TargetPort].Source.Key}.");
            }
        }
        foreach (var port in proxy.Ports.Keys.Where(p => !OwnPorts.Contains(proxy, p))) result.TryAdd(port, PortProtocol.Auto);
        return result;
    }
}
