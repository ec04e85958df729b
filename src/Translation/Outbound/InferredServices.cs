using System.Collections.Immutable;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;
using Mesh.Translation.Indexing;

namespace Mesh.Translation.Outbound;

/// <summary>
/// Services and ports that a Sidecar object does not import, but that the rules of what it imports lead to: they get clusters and no names, as in Istio.
/// They must be visible all the same.
/// </summary>
internal static class InferredServices
{
    /// <summary><paramref name="imported"/> with the ports that rules lead to besides, then the services that nothing else imports.</summary>
    public static IEnumerable<ImportedService> With(
        MeshIndex index, EgressScope scope, string client, IReadOnlyCollection<ImportedService> imported, IEnumerable<VirtualServiceModel> routes)
    {
        var named = routes.SelectMany(Destinations).ToLookup(d => d.Host, d => d.Port, StringComparer.Ordinal);
        foreach (var service in imported) yield return service with { Ports = Union(service, [.. named[service.Service.Host]]) };
        var missing = named.Select(d => d.Key).ToHashSet(StringComparer.Ordinal);
        if (scope.Spec?.OutboundTrafficPolicy?.EgressProxy is { } proxy) missing.Add(HostName.Resolve(proxy.Host, client));
        missing.ExceptWith(imported.Select(s => s.Service.Host));
        if (missing.Count == 0) yield break;
        foreach (var service in index.Services.VisibleTo(client, s => missing.Contains(s.Host))) yield return new ImportedService(service, service.Ports);
    }

    // A destination without a port may mean any of them.
    private static ImmutableArray<ServicePortModel> Union(ImportedService imported, int[] named)
    {
        var all = imported.Service.Ports;
        if (named.Length == 0 || imported.Ports.Length == all.Length) return imported.Ports;
        return named.Contains(0) ? all : [.. all.Where(p => imported.Ports.Contains(p) || named.Contains(p.Number))];
    }

    private static IEnumerable<(string Host, int Port)> Destinations(VirtualServiceModel routes)
    {
        foreach (var rule in routes.Rules)
        {
            IEnumerable<Destination?> named = [.. rule.Route.Route.Select(r => r.Destination), rule.Route.Mirror, .. rule.Route.Mirrors.Select(m => m.Destination)];
            foreach (var destination in named.OfType<Destination>()) yield return Of(destination, rule.Owner.Namespace);
        }
        foreach (var route in routes.Spec.Tls.SelectMany(r => r.Route).Concat(routes.Spec.Tcp.SelectMany(r => r.Route)))
            if (route.Destination is { } destination) yield return Of(destination, routes.Namespace);
    }

    private static (string Host, int Port) Of(Destination destination, string @namespace) =>
        (HostName.Resolve(destination.Host, @namespace), (int)(destination.Port?.Number ?? 0));
}
