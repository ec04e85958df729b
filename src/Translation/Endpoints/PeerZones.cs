using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Translation.Clusters;
using Mesh.Translation.Indexing;
using Mesh.Translation.Wire;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Translation.Endpoints;

/// <summary>
/// Envoy's local cluster: the proxies like this one, by locality. It is the proxy's own resource, so that clusters that mind zones are shared
/// by all proxies of a place and stay as they are when callers come and go.
/// </summary>
internal static class PeerZones
{
    public static readonly ProxyResource Cluster = Packing.Resource(ClusterNames.Local, new XdsCluster
    {
        Name = ClusterNames.Local,
        Type = XdsCluster.Types.DiscoveryType.Eds,
        EdsClusterConfig = new XdsCluster.Types.EdsClusterConfig { EdsConfig = ConfigSources.Ads(), ServiceName = ClusterNames.Local },
        ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(10)),
    });

    /// <summary>One group for each locality, its weight the number of proxies there; nobody is sent there, so that addresses are left out.</summary>
    public static ProxyResource Of(MeshIndex index, ProxyDescriptor proxy)
    {
        var assignment = new ClusterLoadAssignment { ClusterName = ClusterNames.Local };
        foreach (var (locality, count) in (index.Peers ?? PeerTable.Empty).Of(proxy.Namespace, proxy.WorkloadName))
        {
            var parts = LocalityPlan.Whole(locality).Split('/', 3);
            assignment.Endpoints.Add(new LocalityLbEndpoints
            {
                Locality = new Locality { Region = parts[0], Zone = parts[1], SubZone = parts[2] },
                LoadBalancingWeight = (uint)count,
            });
        }
        return Packing.Resource(ClusterNames.Local, assignment);
    }
}
