using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Endpoints;
using Mesh.Translation.Hosts;
using Mesh.Translation.Indexing;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Translation.Clusters;

/// <summary>How a ServiceEntry's cluster finds its endpoints: STATIC ones come by EDS, like those of Services; names are the proxy's to look up.</summary>
internal static class EntryClusters
{
    /// <summary>Istio's default (dnsRefreshRate).</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(60);

    public static void Apply(XdsCluster cluster, ServiceEntry entry, string host, ServicePortModel port, ImmutableSortedDictionary<string, string> labels, bool isPassthrough)
    {
        // Nobody outside speaks the mesh's mutual TLS, whatever an endpoint says.
        if (entry.Location == ServiceEntryLocation.MeshExternal) cluster.TransportSocketMatches.Clear();
        // Where the caller chooses, endpoints that somebody wrote for a host outside of the mesh are no choice: it goes to the host, as without resolution.
        if (isPassthrough && entry is { Location: ServiceEntryLocation.MeshExternal, WorkloadSelector: null }) entry = entry with { Resolution = ServiceEntryResolution.None, Endpoints = [] };
        if (entry.Resolution == ServiceEntryResolution.Static || entry.WorkloadSelector is not null) return;
        cluster.EdsClusterConfig = null;
        var isByRequest = HostName.IsWildcard(host) && entry.Endpoints.IsEmpty;
        if (isByRequest) ByRequest(cluster);
        else ByName(cluster, entry, host, port, labels);
    }

    // There is no one name to look up: each request brings its own.
    private static void ByRequest(XdsCluster cluster)
    {
        cluster.Type = XdsCluster.Types.DiscoveryType.OriginalDst;
        cluster.LbPolicy = XdsCluster.Types.LbPolicy.ClusterProvided;
        cluster.LeastRequestLbConfig = null;
        cluster.RoundRobinLbConfig = null;
        cluster.RingHashLbConfig = null;
        cluster.MaglevLbConfig = null;
        cluster.OutlierDetection = null;
        cluster.TransportSocketMatches.Clear();
    }

    // Without resolution a captured connection would go where the application sent it; one that comes by its Host goes to that host.
    private static void ByName(XdsCluster cluster, ServiceEntry entry, string host, ServicePortModel port, ImmutableSortedDictionary<string, string> labels)
    {
        cluster.Type = entry.Resolution == ServiceEntryResolution.DnsRoundRobin ? XdsCluster.Types.DiscoveryType.LogicalDns : XdsCluster.Types.DiscoveryType.StrictDns;
        cluster.DnsLookupFamily = XdsCluster.Types.DnsLookupFamily.V4Preferred;
        cluster.DnsRefreshRate = Duration.FromTimeSpan(Refresh);
        cluster.LoadAssignment = EntryEndpoints.Build(cluster.Name, entry, host, port, labels);
    }
}
