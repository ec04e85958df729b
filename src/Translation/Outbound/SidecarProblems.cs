using Mesh.Translation.Indexing;

namespace Mesh.Translation.Outbound;

/// <summary>What of the mesh is not in force for one sidecar: Sidecar objects that an older one beats, ports that it has no way to.</summary>
internal static class SidecarProblems
{
    public static void Report(TranslationScope scope)
    {
        foreach (var (loser, winner) in scope.Index.Sidecars.Overridden(scope.Proxy.Namespace, scope.Proxy.Labels))
            scope.Report(loser.Key, "spec", $"{winner.Key} is in force instead: it is older.");
        // By Host only HTTP can be told apart; other ports have a listener where the service has an alias.
        foreach (var (service, ports) in scope.Outbound.Services)
            if (service.Entry is not null && !scope.Proxy.Aliases.ContainsKey(service.Name))
                foreach (var port in ports.Where(p => !p.Protocol.IsHttp()))
                    scope.Report(service.Source.Key, "spec.ports", $"Port {port.Number} is not HTTP and callers have no alias address of {service.Host}; it gets no traffic from them.");
    }
}
