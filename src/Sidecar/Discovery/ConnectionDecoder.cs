using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Balancing;
using HttpProtocolOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Sidecar.Discovery;

/// <summary>Reads how a cluster's connections are made and how long they are used.</summary>
internal static class ConnectionDecoder
{
    public static ConnectionSettings Decode(XdsCluster cluster, HttpProtocolOptions? options, int maxConnections)
    {
        var common = options?.CommonHttpProtocolOptions;
        var http2 = options?.ExplicitHttpConfig?.Http2ProtocolOptions ?? options?.UseDownstreamProtocolConfig?.Http2ProtocolOptions ?? cluster.Http2ProtocolOptions;
        var streams = ClusterDecoder.Limit(http2?.MaxConcurrentStreams);
        return new ConnectionSettings(
            Positive(cluster.ConnectTimeout) ?? TimeSpan.FromSeconds(10), Positive(common?.IdleTimeout) ?? TimeSpan.FromMinutes(10), Math.Max(1, maxConnections))
        {
            MaxLifetime = Positive(common?.MaxConnectionDuration) ?? Timeout.InfiniteTimeSpan,
            // Zero is no limit (Envoy).
            MaxRequests = common?.MaxRequestsPerConnection is > 0 and var requests ? ClusterDecoder.Limit(requests) : int.MaxValue,
            MaxStreams = streams == 0 ? int.MaxValue : streams,
            Keepalive = Keepalive(cluster),
        };
    }

    private static KeepaliveModel? Keepalive(XdsCluster cluster) => cluster.UpstreamConnectionOptions?.TcpKeepalive is { } keepalive
        ? new KeepaliveModel((int?)keepalive.KeepaliveProbes, (int?)keepalive.KeepaliveTime, (int?)keepalive.KeepaliveInterval) : null;

    private static TimeSpan? Positive(Duration? duration) => duration?.ToTimeSpan() is { Ticks: > 0 } time ? time : null;
}
