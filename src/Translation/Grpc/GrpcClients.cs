using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Translation.Hosts;
using Mesh.Translation.Indexing;
using Mesh.Translation.Listeners;
using Mesh.Translation.Outbound;
using Mesh.Translation.Wire;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Translation.Grpc;

/// <summary>
/// Resources for a proxyless gRPC client: an API listener for each target it may dial, in every form of the name, then routes,
/// clusters and endpoints as gRPC's xDS client understands them. Clusters balance round robin, the policy every client has,
/// and carry no transport security: the client speaks plain text, which a STRICT workload refuses.
/// </summary>
internal static class GrpcClients
{
    public static ProxyResources Translate(TranslationScope scope)
    {
        var resources = new ResourceCollector();
        var routes = new OutboundRoutes(scope);
        foreach (var (service, ports) in scope.Outbound.Services)
            foreach (var port in ports)
                if (port.Protocol.IsHttp())
                    AddTarget(scope, resources, routes, service, port);
        // Rules lead to services that have no target of their own.
        foreach (var cluster in scope.Outbound.All.SelectMany(s => s.Clusters))
        {
            resources.Clusters.Add(Cluster(cluster.Name, scope.Index.Settings.ConnectTimeout));
            resources.Endpoints.Add(cluster.Endpoints);
        }
        scope.Report(scope.Outbound.Problems);
        return new ProxyResources
        {
            Listeners = ProxyResources.None.AddRange(resources.Listeners.All),
            Routes = ProxyResources.None.AddRange(resources.Routes.All),
            Clusters = ProxyResources.None.AddRange(resources.Clusters.All),
            Endpoints = ProxyResources.None.AddRange(resources.Endpoints.All),
            Dependencies = scope.Dependencies(scope.Outbound.Dependencies),
            Problems = scope.Problems(),
        };
    }

    private static void AddTarget(
        TranslationScope scope, ResourceCollector resources, OutboundRoutes routes, ServiceModel service, ServicePortModel port)
    {
        var routeName = OutboundRoutes.HostPort(service.Host, port.Number);
        foreach (var name in ServiceDomains.Names(service.Name, scope.Proxy.Namespace))
            resources.Listeners.Add(Listener(OutboundRoutes.HostPort(name, port.Number), routeName));
        resources.Routes.Add(Routes(routeName, routes.Routes(service, port, null)));
    }

    private static ProxyResource Listener(string target, string routes) => Packing.Resource(target, new Listener
    {
        Name = target,
        ApiListener = new ApiListener { ApiListener_ = Packing.Pack(HttpManagers.ByName(routes, target)) },
    });

    private static ProxyResource Routes(string name, IEnumerable<Route> routes)
    {
        var host = new VirtualHost { Name = name, Domains = { "*" } };
        host.Routes.AddRange(routes);
        return Packing.Resource(name, new RouteConfiguration { Name = name, VirtualHosts = { host } });
    }

    private static ProxyResource Cluster(string name, TimeSpan connectTimeout) => Packing.Resource(name, new XdsCluster
    {
        Name = name,
        Type = XdsCluster.Types.DiscoveryType.Eds,
        EdsClusterConfig = new XdsCluster.Types.EdsClusterConfig { EdsConfig = ConfigSources.Ads(), ServiceName = name },
        ConnectTimeout = Duration.FromTimeSpan(connectTimeout),
        LbPolicy = XdsCluster.Types.LbPolicy.RoundRobin,
    });
}
