using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;

namespace Mesh.Translation.Tests.Builders;

/// <summary>Reads resources back.</summary>
internal static class Unpacking
{
    public static RouteConfiguration Route(this ProxyResources resources, string name) => resources.Routes[name].Body.Unpack<RouteConfiguration>();

    public static Listener Listener(this ProxyResources resources, string name) => resources.Listeners[name].Body.Unpack<Listener>();

    public static Cluster Cluster(this ProxyResources resources, string name) => resources.Clusters[name].Body.Unpack<Cluster>();

    public static ClusterLoadAssignment LoadAssignment(this ProxyResources resources, string name) =>
        resources.Endpoints[name].Body.Unpack<ClusterLoadAssignment>();

    /// <summary>The virtual host that a Host header would find, by exact domain, wildcard, then <c>*</c>.</summary>
    public static VirtualHost Host(this RouteConfiguration routes, string domain) =>
        routes.VirtualHosts.FirstOrDefault(h => h.Domains.Contains(domain)) ??
        routes.VirtualHosts.Where(h => h.Domains.Any(d => d.StartsWith("*.", StringComparison.Ordinal) && domain.EndsWith(d[1..], StringComparison.Ordinal)))
            .OrderByDescending(h => h.Domains[0].Length).FirstOrDefault() ??
        routes.VirtualHosts.Single(h => h.Domains.Contains("*"));

    /// <summary>What a route leads to: its cluster, <c>cluster:weight,...</c>, <c>redirect</c> or a status.</summary>
    public static string Target(this Route route) => route.ActionCase switch
    {
        Envoy.Config.Route.V3.Route.ActionOneofCase.Route_ when route.Route_.WeightedClusters is { } weighted =>
            string.Join(',', weighted.Clusters.Select(c => $"{c.Name}:{c.Weight}")),
        Envoy.Config.Route.V3.Route.ActionOneofCase.Route_ => route.Route_.Cluster,
        Envoy.Config.Route.V3.Route.ActionOneofCase.DirectResponse => route.DirectResponse.Status.ToString(),
        _ => "redirect",
    };
}
