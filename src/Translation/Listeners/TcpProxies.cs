using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Listeners;

/// <summary>TCP network filters.</summary>
internal static class TcpProxies
{
    /// <param name="cluster">Where to.</param>
    /// <param name="settings">How long connections may be silent and last; null: an hour, and for ever.</param>
    public static Filter To(string cluster, TcpSettings? settings = null)
    {
        var proxy = new TcpProxy { StatPrefix = cluster, Cluster = cluster };
        if (settings?.IdleTimeout is { } idle) proxy.IdleTimeout = Duration.FromTimeSpan(idle);
        if (settings?.MaxConnectionDuration is { } duration) proxy.MaxDownstreamConnectionDuration = Duration.FromTimeSpan(duration);
        return new Filter { Name = "envoy.filters.network.tcp_proxy", TypedConfig = Packing.Pack(proxy) };
    }
}
