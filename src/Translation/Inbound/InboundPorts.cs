using Mesh.Core.Resources.Networking;
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
    public static SortedDictionary<int, InboundPort> For(TranslationScope scope)
    {
        var proxy = scope.Proxy;
        var services = scope.Index.Services.Selecting(proxy.Namespace, proxy.Labels).OrderBy(s => s.Source, Age.OldestFirst).ToList();
        var sidecar = scope.Outbound.Scope.Spec;
        if (sidecar is { Ingress.IsDefaultOrEmpty: false }) return SidecarIngress.Ports(scope, services);
        var result = new SortedDictionary<int, InboundPort>();
        foreach (var service in services)
        {
            scope.DependsOn(service.Source.Key);
            foreach (var port in service.Ports)
            {
                if (OwnPorts.Contains(proxy, port.TargetPort))
                    scope.Report(service.Source.Key, "spec.ports", $"Target port {port.TargetPort} belongs to the sidecar itself; the port cannot be served.");
                else if (!result.TryAdd(port.TargetPort, new InboundPort(port.Protocol, service)) && result[port.TargetPort] is var older && older.Protocol != port.Protocol)
                    scope.Report(service.Source.Key, "spec.ports",
                        $"Target port {port.TargetPort} speaks {older.Protocol} according to the older {older.Service!.Source.Key}.");
            }
        }
        foreach (var port in proxy.Ports.Keys.Where(p => !OwnPorts.Contains(proxy, p))) result.TryAdd(port, new InboundPort(PortProtocol.Auto, null));
        if (sidecar?.InboundConnectionPool is { } pool)
            foreach (var port in result.Keys.ToList()) result[port] = result[port] with { Pool = pool };
        return result;
    }
}

/// <summary>What is spoken on a target port, and the oldest Service that leads to it: the one requests are accounted to.</summary>
internal sealed record InboundPort(PortProtocol Protocol, ServiceModel? Service)
{
    /// <summary>The address listened on; empty: the workload's.</summary>
    public string Bind { get; init; } = "";

    /// <summary>Null: the port as the workload was registered with it.</summary>
    public ApplicationAddress? Application { get; init; }

    public ConnectionPoolSettings? Pool { get; init; }

    /// <summary>TLS for callers outside of the mesh, and the field that says so; null: the mesh's own, as PeerAuthentication has it.</summary>
    public (ServerTlsSettings Settings, string Path)? Tls { get; init; }
}
