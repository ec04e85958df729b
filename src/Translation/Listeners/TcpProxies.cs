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
    public static Filter To(string cluster, TcpSettings? settings = null) => Filter(new TcpProxy { StatPrefix = cluster, Cluster = cluster }, settings);

    /// <summary>To one of several, drawn by weight for each connection.</summary>
    public static Filter To(string statPrefix, IEnumerable<(string Cluster, uint Weight)> targets, TcpSettings? settings)
    {
        var weighted = new TcpProxy.Types.WeightedCluster();
        weighted.Clusters.AddRange(targets.Select(t => new TcpProxy.Types.WeightedCluster.Types.ClusterWeight { Name = t.Cluster, Weight = t.Weight }));
        return Filter(new TcpProxy { StatPrefix = statPrefix, WeightedClusters = weighted }, settings);
    }

    private static Filter Filter(TcpProxy proxy, TcpSettings? settings)
    {
        if (settings?.IdleTimeout is { } idle) proxy.IdleTimeout = Duration.FromTimeSpan(idle);
        if (settings?.MaxConnectionDuration is { } duration) proxy.MaxDownstreamConnectionDuration = Duration.FromTimeSpan(duration);
        return new Filter { Name = "envoy.filters.network.tcp_proxy", TypedConfig = Packing.Pack(proxy) };
    }
}
