using System.Collections.Immutable;
using Mesh.Core.Snapshots;
using Mesh.Translation.Clusters;
using Mesh.Translation.Endpoints;
using Mesh.Translation.Gateways;
using Mesh.Translation.Grpc;
using Mesh.Translation.Inbound;
using Mesh.Translation.Outbound;

namespace Mesh.Translation;

/// <summary>
/// Compiles the mesh model to one proxy's xDS resources. Pure: equal inputs give equal bytes, on every node, in every process.
/// Names and shapes are those of docs/reference/xds.md. Safe for use from many threads.
/// </summary>
/// <remarks>
/// An object that is wrong in a part loses that part for this proxy, with a <see cref="TranslationProblem"/>; nothing else is
/// touched. No resource refers to one that is not there.
/// </remarks>
public static class Translator
{
    /// <summary>For a single proxy, as a dry run needs it; an agent builds the index once for all its proxies.</summary>
    public static ProxyResources Translate(MeshSnapshot snapshot, ProxyDescriptor proxy) => Translate(MeshIndex.Build(snapshot), proxy);

    public static ProxyResources Translate(MeshIndex index, ProxyDescriptor proxy)
    {
        var scope = new TranslationScope(index, proxy);
        scope.Report(index.Parts.SettingsProblems);
        scope.Report(index.Parts.WorkloadEntryProblems);
        return (proxy.Dialect, proxy.Role) switch
        {
            (ProxyDialect.Grpc, _) => GrpcClients.Translate(scope),
            (_, ProxyRole.Gateway) => GatewayResources.Translate(scope),
            _ => Sidecar(scope),
        };
    }

    /// <summary>
    /// The short way after a change of workloads only: <paramref name="previous"/> with the endpoints of these services, and
    /// their clusters where the identities behind them changed. Listeners and routes are the same instances as before.
    /// </summary>
    /// <param name="index">The index after the change.</param>
    /// <param name="proxy">The proxy, unchanged since <paramref name="previous"/> was made.</param>
    /// <param name="previous">What <see cref="Translate(MeshIndex, ProxyDescriptor)"/> or this method made for the index before.</param>
    /// <param name="services">The services touched, from <see cref="EndpointChange.Services"/>.</param>
    public static ProxyResources TranslateEndpoints(
        MeshIndex index, ProxyDescriptor proxy, ProxyResources previous, ImmutableHashSet<ServiceName> services)
    {
        var outbound = index.Outbound(proxy);
        var clusters = previous.Clusters;
        var endpoints = previous.Endpoints;
        foreach (var cluster in services.Select(s => outbound.Find(s.Host)).Where(s => s is not null).SelectMany(s => s!.Clusters))
        {
            endpoints = Replace(endpoints, cluster.Endpoints);
            if (proxy.Dialect != ProxyDialect.Grpc) clusters = Replace(clusters, cluster.Cluster);
        }
        if (FollowsPeers(previous)) endpoints = Replace(endpoints, PeerZones.Of(index, proxy));
        return ReferenceEquals(clusters, previous.Clusters) && ReferenceEquals(endpoints, previous.Endpoints)
            ? previous
            : previous with { Clusters = clusters, Endpoints = endpoints };
    }

    /// <summary>The proxy minds zones: any change of workloads may be one of its own peers, in the resource <see cref="PeersName"/>.</summary>
    public static bool FollowsPeers(ProxyResources resources) => resources.Endpoints.ContainsKey(PeersName);

    /// <summary>The endpoint resource that counts a proxy's peers.</summary>
    public const string PeersName = ClusterNames.Local;

    private static ProxyResources Sidecar(TranslationScope scope)
    {
        var own = new ResourceCollector();
        own.Clusters.Add(StaticClusters.BlackHole);
        own.Clusters.Add(StaticClusters.Passthrough);
        if (scope.Outbound.MindsZones) own.AddPeers(scope);
        // Inbound first: an address that both want is the workload's own.
        new InboundListeners(scope).AddTo(own);
        new OutboundListeners(scope, new OutboundRoutes(scope)).AddTo(own);
        SidecarProblems.Report(scope);
        scope.Report(scope.Outbound.Problems);
        scope.Report(scope.Outbound.Services.SelectMany(s => s.Service.Problems));
        return new ProxyResources
        {
            Listeners = ProxyResources.None.AddRange(own.Listeners.All),
            Routes = ProxyResources.None.AddRange(own.Routes.All),
            Clusters = scope.Outbound.Clusters.AddRange(own.Clusters.All),
            Endpoints = scope.Outbound.Endpoints.AddRange(own.Endpoints.All),
            Dependencies = scope.Dependencies(scope.Outbound.Dependencies),
            Problems = scope.Problems(),
        };
    }

    private static ImmutableSortedDictionary<string, ProxyResource> Replace(
        ImmutableSortedDictionary<string, ProxyResource> all, ProxyResource now) =>
        all.TryGetValue(now.Name, out var before) && before.Version != now.Version ? all.SetItem(now.Name, now) : all;
}
