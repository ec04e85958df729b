using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Translation.Indexing;

namespace Mesh.Analysis.Analyzers;

/// <summary>Of several VirtualServices for one host, sidecars use one; they conflict where the same callers see both.</summary>
internal sealed class ConflictingHostsAnalyzer : IAnalyzer
{
    public string Name => "virtualservice.ConflictingMeshGatewayHostsAnalyzer";

    public string Description => "No two VirtualServices for sidecars define one host for the same callers";

    public ImmutableArray<MessageType> Finds => [IstioMessages.ConflictingMeshGatewayVirtualServiceHosts];

    public void Analyze(AnalysisContext context)
    {
        var byHost = context.Index.Mesh.VirtualServices.ForSidecars
            .SelectMany(v => v.Hosts.Distinct(StringComparer.Ordinal).Select(host => (host, v)))
            .GroupBy(p => p.host, p => p.v, StringComparer.Ordinal);
        foreach (var group in byHost.Where(g => g.Skip(1).Any())) Check(context, group.Key, [.. group]);
    }

    private static void Check(AnalysisContext context, string host, VirtualServiceModel[] models)
    {
        // By scope, and each scope's names once, so that many objects for one host cost no more than their number.
        var scopes = models.SelectMany(m => Scopes(m).Select(s => (s, m))).ToLookup(p => p.s, p => p.m, StringComparer.Ordinal);
        var rivals = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var model in models)
        {
            var worst = Scopes(model).Select(RivalsIn).MaxBy(names => names.Count)!;
            if (worst.Count < 2) continue;
            context.Report(
                IstioMessages.ConflictingMeshGatewayVirtualServiceHosts, model.Source, $"spec.hosts[{model.Hosts.IndexOf(host)}]",
                $"the VirtualServices {Listed.Of(worst)} define the same host {host} for sidecars");
        }

        // Everybody who meets an object of this scope; one for all namespaces meets every other.
        IReadOnlyList<string> RivalsIn(string scope)
        {
            if (!rivals.TryGetValue(scope, out var names))
                rivals[scope] = names = [.. (scope == "*" ? models : scopes[scope].Concat(scopes["*"])).Select(m => Full(m.Source)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            return names;
        }
    }

    private static IEnumerable<string> Scopes(VirtualServiceModel model) =>
        model.Spec.ExportTo.IsDefaultOrEmpty || model.Spec.ExportTo.Contains("*") ? ["*"] : model.Spec.ExportTo.Select(e => e == "." ? model.Namespace : e).Distinct(StringComparer.Ordinal);

    private static string Full(MeshObject source) => $"{source.Key.Namespace}/{source.Key.Name}";
}
