using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;

namespace Mesh.Analysis.Analyzers;

/// <summary>
/// A gateway routes by the VirtualService bound to it and no other: subsets that another one chooses for the same host are not chosen for
/// the gateway's requests.
/// </summary>
internal sealed class IngressRuleAnalyzer : IAnalyzer
{
    public string Name => "virtualservice.IngressRuleAnalyzer";

    public string Description => "Subsets that apply to sidecars only are not expected at gateways";

    public ImmutableArray<MessageType> Finds => [IstioMessages.IngressRouteRulesNotAffected];

    public void Analyze(AnalysisContext context)
    {
        var splitting = context.Index.Of<VirtualService>().SelectMany(Subsets).ToLookup(p => p.Host, p => p.Source, StringComparer.Ordinal);
        foreach (var source in context.Index.Of<VirtualService>())
        {
            if (source.SpecAs<VirtualService>().Gateways.IsEmpty) continue;
            foreach (var found in RouteDestinations.Of(source.SpecAs<VirtualService>()))
            {
                if (found.IsMirror || found.Destination.Subset.Length > 0 || !found.Path.StartsWith("spec.http", StringComparison.Ordinal)) continue;
                var others = splitting[HostName.Resolve(found.Destination.Host, source.Key.Namespace)].Where(o => o.Key != source.Key).Select(o => $"{o.Key.Namespace}/{o.Key.Name}").Distinct().ToList();
                if (others.Count > 0)
                    context.Report(
                        IstioMessages.IngressRouteRulesNotAffected, source, found.Path,
                        $"the subsets that VirtualService {string.Join(", ", others)} chooses for \"{found.Destination.Host}\" have no effect on requests from these gateways");
            }
        }
    }

    /// <summary>The hosts of the object that it routes to their own subsets.</summary>
    private static IEnumerable<(string Host, MeshObject Source)> Subsets(MeshObject source)
    {
        var spec = source.SpecAs<VirtualService>();
        var own = spec.Hosts.Select(h => HostName.Resolve(h, source.Key.Namespace)).ToHashSet(StringComparer.Ordinal);
        return RouteDestinations.Of(spec)
            .Where(f => !f.IsMirror && f.Destination.Subset.Length > 0 && f.Path.StartsWith("spec.http", StringComparison.Ordinal))
            .Select(f => HostName.Resolve(f.Destination.Host, source.Key.Namespace)).Where(own.Contains).Distinct().Select(h => (h, source));
    }
}
