using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;
using Mesh.Translation.Indexing;

namespace Mesh.Translation.Outbound;

/// <summary>
/// Services that a Sidecar object does not import, but that the rules of what it imports lead to: they get clusters and no names, as in Istio.
/// They must be visible all the same.
/// </summary>
internal static class InferredServices
{
    public static IEnumerable<ImportedService> Of(
        MeshIndex index, EgressScope scope, string client, IEnumerable<ServiceModel> imported, IEnumerable<VirtualServiceModel> routes)
    {
        var missing = routes.SelectMany(Destinations).ToHashSet(StringComparer.Ordinal);
        if (scope.Spec?.OutboundTrafficPolicy?.EgressProxy is { } proxy) missing.Add(HostName.Resolve(proxy.Host, client));
        missing.ExceptWith(imported.Select(s => s.Host));
        return missing.Count == 0 ? [] : index.Services.VisibleTo(client, s => missing.Contains(s.Host)).Select(s => new ImportedService(s, s.Ports));
    }

    private static IEnumerable<string> Destinations(VirtualServiceModel routes)
    {
        foreach (var rule in routes.Rules)
        {
            IEnumerable<Destination?> named = [.. rule.Route.Route.Select(r => r.Destination), rule.Route.Mirror, .. rule.Route.Mirrors.Select(m => m.Destination)];
            foreach (var destination in named.OfType<Destination>()) yield return HostName.Resolve(destination.Host, rule.Owner.Namespace);
        }
        foreach (var route in routes.Spec.Tls.SelectMany(r => r.Route).Concat(routes.Spec.Tcp.SelectMany(r => r.Route)))
            if (route.Destination is { } destination) yield return HostName.Resolve(destination.Host, routes.Namespace);
    }
}
