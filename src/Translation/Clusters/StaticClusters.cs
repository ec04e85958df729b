using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Inbound;
using Mesh.Translation.Indexing;
using Mesh.Translation.Wire;
using HttpOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Translation.Clusters;

/// <summary>Clusters that need no discovery.</summary>
internal static class StaticClusters
{
    /// <summary>Where traffic with nowhere to go is sent: no endpoints.</summary>
    public static readonly ProxyResource BlackHole = Packing.Resource(ClusterNames.BlackHole, new XdsCluster
    {
        Name = ClusterNames.BlackHole,
        Type = XdsCluster.Types.DiscoveryType.Static,
        ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(10)),
    });

    /// <summary>The address the caller dialled.</summary>
    public static readonly ProxyResource Passthrough = Packing.Resource(ClusterNames.Passthrough, new XdsCluster
    {
        Name = ClusterNames.Passthrough,
        Type = XdsCluster.Types.DiscoveryType.OriginalDst,
        LbPolicy = XdsCluster.Types.LbPolicy.ClusterProvided,
        ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(10)),
    });

    /// <summary>The application behind a sidecar, at its own port.</summary>
    public static ProxyResource Inbound(int targetPort, InboundPort inbound, ApplicationAddress application, TimeSpan connectTimeout)
    {
        var name = ClusterNames.Inbound(targetPort);
        var locality = new LocalityLbEndpoints();
        locality.LbEndpoints.Add(new LbEndpoint { Endpoint = new Endpoint { Address = application.Port == 0 ? Addresses.Socket(application.Address) : Addresses.Socket(application.Address, application.Port) } });
        var cluster = new XdsCluster
        {
            Name = name,
            Type = XdsCluster.Types.DiscoveryType.Static,
            ConnectTimeout = Duration.FromTimeSpan(inbound.Pool?.Tcp?.ConnectTimeout ?? connectTimeout),
            LoadAssignment = new ClusterLoadAssignment { ClusterName = name, Endpoints = { locality } },
        };
        if (inbound.Service is { } service) cluster.Metadata = ServiceMetadata.For(service);
        if (inbound.Pool is not null) cluster.CircuitBreakers = ConnectionPolicy.Breakers(inbound.Pool, null);
        if (ConnectionPolicy.Keepalive(inbound.Pool?.Tcp?.TcpKeepalive) is { } keepalive) cluster.UpstreamConnectionOptions = keepalive;
        if (Version(inbound.Protocol, inbound.Pool) is { } options)
        {
            if (ConnectionPolicy.Common(inbound.Pool) is { } common) options.CommonHttpProtocolOptions = common;
            cluster.TypedExtensionProtocolOptions.Add("envoy.extensions.upstreams.http.v3.HttpProtocolOptions", Packing.Pack(options));
        }
        return Packing.Resource(name, cluster);
    }

    /// <summary>
    /// An application is spoken to in the version that its port declares, whatever its callers speak (a caller's h2UpgradePolicy is none of
    /// its business); where the port declares none, as its callers speak.
    /// </summary>
    private static HttpOptions? Version(PortProtocol protocol, ConnectionPoolSettings? pool)
    {
        if (!protocol.IsHttp()) return null;
        if (protocol.IsHttp2())
            return new HttpOptions
            {
                ExplicitHttpConfig = new HttpOptions.Types.ExplicitHttpConfig { Http2ProtocolOptions = ConnectionPolicy.Http2(pool) },
            };
        if (protocol == PortProtocol.Http)
            return new HttpOptions
            {
                ExplicitHttpConfig = new HttpOptions.Types.ExplicitHttpConfig { HttpProtocolOptions = new() },
            };
        return new HttpOptions
        {
            UseDownstreamProtocolConfig = new HttpOptions.Types.UseDownstreamHttpConfig
            {
                HttpProtocolOptions = new(),
                Http2ProtocolOptions = ConnectionPolicy.Http2(pool),
            },
        };
    }
}
