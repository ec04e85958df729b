using System.Collections.Immutable;
using Mesh.Core.Identity;

namespace Mesh.Translation.Tests.Builders;

/// <summary>Proxies as agents describe them.</summary>
internal static class Proxies
{
    public static ProxyDescriptor Sidecar(string id, string labels, string address = "127.77.1.1")
    {
        Assert.True(WorkloadId.TryParse(id, out var parsed));
        return new ProxyDescriptor
        {
            Id = parsed,
            WorkloadName = parsed.Name,
            ServiceAccount = "default",
            Labels = MeshBuilder.ParseLabels(labels),
            Address = address,
            TrustDomain = "cluster.local",
        };
    }

    public static ProxyDescriptor Gateway(string labels = "istio=ingressgateway") =>
        Sidecar("mesh-system/ingress", labels, "127.77.0.200") with { Role = ProxyRole.Gateway };

    public static ProxyDescriptor WithAlias(this ProxyDescriptor proxy, string service, string address)
    {
        Assert.True(ServiceName.TryParse(service, out var name));
        return proxy with { Aliases = proxy.Aliases.Add(name, address) };
    }

    public static ProxyDescriptor WithPorts(this ProxyDescriptor proxy, params (int Target, int App)[] ports) =>
        proxy with { Ports = ports.ToImmutableSortedDictionary(p => p.Target, p => p.App) };
}
