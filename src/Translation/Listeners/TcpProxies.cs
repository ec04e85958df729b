using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Listeners;

/// <summary>TCP network filters.</summary>
internal static class TcpProxies
{
    /// <param name="cluster">Where to.</param>
    /// <param name="idleTimeout">After how long without a byte a connection ends; null: an hour.</param>
    public static Filter To(string cluster, TimeSpan? idleTimeout = null)
    {
        var proxy = new TcpProxy { StatPrefix = cluster, Cluster = cluster };
        if (idleTimeout is { } idle) proxy.IdleTimeout = Duration.FromTimeSpan(idle);
        return new Filter { Name = "envoy.filters.network.tcp_proxy", TypedConfig = Packing.Pack(proxy) };
    }
}
