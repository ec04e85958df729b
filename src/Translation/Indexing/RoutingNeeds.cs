using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;

namespace Mesh.Translation.Indexing;

/// <summary>Whether what a VirtualService leads to is there, for the mesh as a whole; what a single proxy may see is another question.</summary>
internal sealed class RoutingNeeds(ServiceTable services, DestinationRuleTable rules, string rootNamespace)
{
    public bool AreThere(VirtualServiceModel routes) =>
        routes.Rules.All(r => r.Route.Route.All(d => IsThere(d.Destination, r.Owner.Namespace))) &&
        routes.Spec.Tcp.SelectMany(r => r.Route).Concat(routes.Spec.Tls.SelectMany(r => r.Route)).All(d => IsThere(d.Destination, routes.Namespace));

    private bool IsThere(Destination? destination, string @namespace)
    {
        if (destination is null) return false;
        foreach (var service in services.At(HostName.Resolve(destination.Host, @namespace)))
        {
            if (destination.Port is { Number: > 0 } port && service.Port(port.Number) is null) continue;
            if (destination.Subset.Length == 0) return true;
            if (rules.HasSubset(service.Name, destination.Subset, @namespace, rootNamespace)) return true;
        }
        return false;
    }
}
