using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Listeners;

/// <summary>TCP network filters.</summary>
internal static class TcpProxies
{
    public static Filter To(string cluster) => new()
    {
        Name = "envoy.filters.network.tcp_proxy",
        TypedConfig = Packing.Pack(new TcpProxy { StatPrefix = cluster, Cluster = cluster }),
    };
}
