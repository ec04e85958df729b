using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Mesh.Translation.Authentication;
using Mesh.Translation.Clusters;
using Mesh.Translation.Indexing;
using Mesh.Translation.Listeners;
using Mesh.Translation.RateLimits;
using Mesh.Translation.Security;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Gateways;

/// <summary>
/// Everything a gateway gets: a listener for each port that Gateway objects ask of it, with a route configuration for HTTP and one for each server
/// that ends TLS for HTTP, and the clusters its routes refer to, no others.
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
            if (Listener(scope, resources, routes, streams, port, servers) is { } listener) resources.Listeners.Add(listener);
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

    /// <summary>Null where no rule leads anywhere: nothing is listened on then.</summary>
    private static ProxyResource? Listener(
        TranslationScope scope, ResourceCollector resources, GatewayRoutes routes, GatewayStreams streams, GatewayPort port, List<GatewayServer> servers)
    {
        var address = port.Address(scope.Proxy);
        var name = SocketListeners.Name(address, port.Port);
        var listener = SocketListeners.Create(name, address, port.Port, TrafficDirection.Outbound);
        foreach (var server in servers.Where(s => s.IsHttp && s.EndsTls))
        {
            listener.FilterChains.Add(Http(scope, GatewayRoutes.Name(server), name, [server]).Ending(server, scope.Proxy));
            resources.Routes.Add(routes.ForServer(server));
        }
        streams.AddTo(listener, port.Port, servers.Where(s => s.IsStream).ToList());
        if (servers.Where(s => s.IsHttp && !s.EndsTls).ToList() is { Count: > 0 } plain)
        {
            listener.FilterChains.Add(Http(scope, GatewayRoutes.Name(port), name, plain));
            resources.Routes.Add(routes.ForPort(port, plain));
        }
        return listener.FilterChains.Count == 0 ? null : Packing.Resource(name, listener.Inspecting());
    }

    private static FilterChain Http(TranslationScope scope, string routes, string listener, IReadOnlyList<GatewayServer> servers) => SocketListeners.Chain(
        HttpManagers.Filter(HttpManagers.ByName(routes, $"outbound_{listener}").WithRouteFilters()
            .Authenticating(JwtFilters.For(scope, PolicyAttachment.ToGateways(servers)))
            .Limiting(RateLimitFilters.For(scope, PolicyAttachment.ToGateways(servers)))
            .Bounded(BodyLimits.For(scope, servers.Select(s => s.Source))).Normalizing(scope.Index.Settings.Paths).Serving().Edge()));

    /// <summary>The chain for who greets with TLS and one of the server's names, or any where <c>*</c> is among them.</summary>
    public static FilterChain Ending(this FilterChain chain, GatewayServer server, ProxyDescriptor proxy)
    {
        chain.TransportSocket = ServerTlsContexts.Create(server.Server.Tls!, proxy.TrustDomain, server.IsHttp);
        var names = server.Hosts.Select(h => h.Host).Distinct(StringComparer.Ordinal).ToList();
        if (names.Contains("*")) return chain;
        chain.FilterChainMatch ??= new FilterChainMatch();
        chain.FilterChainMatch.ServerNames.AddRange(names);
        return chain;
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
