using Mesh.Core.Resources.Networking;
using Mesh.Translation.Clusters;
using Mesh.Translation.Hosts;
using Mesh.Translation.Indexing;

namespace Mesh.Translation.Routing;

/// <summary>
/// Finds the cluster of a destination. A destination that has none is what its object waits for and never becomes a reference:
/// a route to a cluster that does not exist would wait for it, or fail in each proxy's own way.
/// </summary>
internal static class DestinationResolver
{
    /// <summary>The cluster's name, or null after reporting why there is none.</summary>
    public static string? Resolve(RouteContext context, VirtualServiceModel owner, Destination? destination, string path)
    {
        if (destination is null)
        {
            if (!context.IsQuiet) context.Scope.Report(owner.Source.Key, path, "A destination is required.");
            return null;
        }
        var host = HostName.Resolve(destination.Host, owner.Namespace);
        if (context.Scope.Outbound.Find(host) is not { } service)
            return Missing(".host", $"waits for service {host}");
        if (Port(service.Service, destination.Port?.Number ?? 0, context.Port) is not { } port)
            return Missing(".port", $"waits for port {destination.Port?.Number ?? context.Port} of {host}, which has {Listed(service.Service.Ports.Select(p => p.Number.ToString()))}");
        if (!service.HasSubset(destination.Subset))
            return Missing(".subset", $"waits for subset {destination.Subset} of {host}, which no DestinationRule in force defines");
        var cluster = ClusterNames.Outbound(port, destination.Subset, host);
        context.Clusters.Add(cluster);
        return cluster;

        string? Missing(string field, string reason)
        {
            if (!context.IsQuiet) context.Scope.ReportWaiting(owner.Source.Key, path + field, reason);
            return null;
        }
    }

    /// <summary>The port asked for; without one the service's only port, else the one the request was addressed to.</summary>
    private static int? Port(ServiceModel service, int asked, int dialled)
    {
        if (asked == 0) asked = service.Ports.Length == 1 ? service.Ports[0].Number : dialled;
        return service.Port(asked)?.Number;
    }

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "none";
}
