using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;
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

    /// <summary>The application behind a sidecar, at its own port; <paramref name="service"/> is what its requests are accounted to.</summary>
    public static ProxyResource Inbound(
        int targetPort, string appAddress, int appPort, PortProtocol protocol, TimeSpan connectTimeout, ServiceModel? service)
    {
        var name = ClusterNames.Inbound(targetPort);
        var locality = new LocalityLbEndpoints();
        locality.LbEndpoints.Add(new LbEndpoint { Endpoint = new Endpoint { Address = Addresses.Socket(appAddress, appPort) } });
        var cluster = new XdsCluster
        {
            Name = name,
            Type = XdsCluster.Types.DiscoveryType.Static,
            ConnectTimeout = Duration.FromTimeSpan(connectTimeout),
            LoadAssignment = new ClusterLoadAssignment { ClusterName = name, Endpoints = { locality } },
        };
        if (service is not null) cluster.Metadata = ServiceMetadata.For(service);
        if (Version(protocol) is { } options)
            cluster.TypedExtensionProtocolOptions.Add("envoy.extensions.upstreams.http.v3.HttpProtocolOptions", Packing.Pack(options));
        return Packing.Resource(name, cluster);
    }

    /// <summary>
    /// An application is spoken to in the version that its port declares, whatever its callers speak (a caller's h2UpgradePolicy is none of
    /// its business); where the port declares none, as its callers speak.
    /// </summary>
    private static HttpOptions? Version(PortProtocol protocol)
    {
        if (!protocol.IsHttp()) return null;
        if (protocol.IsHttp2())
            return new HttpOptions
            {
                ExplicitHttpConfig = new HttpOptions.Types.ExplicitHttpConfig { Http2ProtocolOptions = new() },
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
                Http2ProtocolOptions = new(),
            },
        };
    }
}
