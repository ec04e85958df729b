using Envoy.Config.Core.V3;
using Mesh.Translation.Authentication;
using Mesh.Translation.Clusters;
using Mesh.Translation.Indexing;
using Mesh.Translation.Listeners;
using Mesh.Translation.RateLimits;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Gateways;

/// <summary>
/// Everything a gateway gets: a listener and a route configuration for each port that Gateway objects ask of it, and the
/// clusters its routes refer to, no others.
/// </summary>
internal static class GatewayResources
{
    public static ProxyResources Translate(TranslationScope scope)
    {
        var resources = new ResourceCollector();
        var referenced = new HashSet<string>(StringComparer.Ordinal);
        var routes = new GatewayRoutes(scope, referenced);
        var streams = new GatewayStreams(scope, referenced);
        foreach (var (port, servers) in GatewayPorts.For(scope))
        {
            if (servers[0].IsStream)
            {
                if (streams.ForPort(port, servers) is { } listener) resources.Listeners.Add(listener);
                continue;
            }
            resources.Listeners.Add(Listener(scope, port, servers));
            resources.Routes.Add(routes.ForPort(port, servers));
        }
        resources.Clusters.Add(StaticClusters.BlackHole);
        foreach (var cluster in referenced) AddCluster(scope, resources, cluster);
        if (scope.Outbound.MindsZones) resources.AddPeers(scope);
        return new ProxyResources
        {
            Listeners = ProxyResources.None.AddRange(resources.Listeners.All),
            Routes = ProxyResources.None.AddRange(resources.Routes.All),
            Clusters = ProxyResources.None.AddRange(resources.Clusters.All),
            Endpoints = ProxyResources.None.AddRange(resources.Endpoints.All),
            Dependencies = scope.Dependencies([]),
            Problems = scope.Problems(),
        };
    }

    private static ProxyResource Listener(TranslationScope scope, int port, IReadOnlyList<GatewayServer> servers)
    {
        var proxy = scope.Proxy;
        var name = SocketListeners.Name(proxy.Address, port);
        var filter = HttpManagers.Filter(HttpManagers.ByName(GatewayRoutes.Name(port), $"outbound_{name}").WithRouteFilters()
            .Authenticating(JwtFilters.For(scope, PolicyAttachment.ToGateways(servers)))
            .Limiting(RateLimitFilters.For(scope, PolicyAttachment.ToGateways(servers)))
            .Bounded(BodyLimits.For(scope, servers.Select(s => s.Source))).Normalizing(scope.Index.Settings.Paths).Serving().Edge());
        return Packing.Resource(
            name, SocketListeners.Create(name, proxy.Address, port, TrafficDirection.Outbound, SocketListeners.Chain(filter)));
    }

    private static void AddCluster(TranslationScope scope, ResourceCollector resources, string name)
    {
        resources.Clusters.Add(scope.Outbound.Clusters[name]);
        resources.Endpoints.Add(scope.Outbound.Endpoints[name]);
        var service = scope.Outbound.Find(name[(name.LastIndexOf('|') + 1)..])!;
        scope.DependsOn(service.Service.Source.Key);
        scope.Report(service.Service.Problems);
        if (service.Rule is { } rule)
        {
            scope.DependsOn(rule.Sources.Select(s => s.Key));
            scope.Report(rule.Problems);
        }
        scope.DependsOn(scope.Index.PeerAuthentications.Disabling);
        if (scope.Index.Settings.Source is { } settings) scope.DependsOn(settings);
    }
}
