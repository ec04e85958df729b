using System.Collections.Immutable;
using Mesh.Analysis.Indexing;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;
using Mesh.Translation.Indexing;

namespace Mesh.Analysis.Analyzers;

/// <summary>A DestinationRule's host must be known, and some workload behind it must be in each subset.</summary>
internal sealed class DestinationRuleHostAnalyzer : IAnalyzer
{
    public string Name => "destinationrule.SubsetSelectPodAnalyzer";

    public string Description => "Hosts of DestinationRules are known, and their subsets select workloads";

    public ImmutableArray<MessageType> Finds => [IstioMessages.UnknownDestinationRuleHost, IstioMessages.DestinationRuleSubsetNotSelectPods];

    public void Analyze(AnalysisContext context)
    {
        foreach (var source in context.Index.Of<DestinationRule>())
        {
            var spec = source.SpecAs<DestinationRule>();
            if (spec.Host.Length == 0) continue;
            var host = HostName.Resolve(spec.Host, source.Key.Namespace);
            if (HostName.IsWildcard(host))
            {
                if (context.Index.Hosts.Find(host) is null && !context.Index.Hosts.AnyUnder(host)) Unknown(context, source, host);
            }
            else if (context.Index.Hosts.Find(host, HostRegistry.Clients(spec.ExportTo, source.Key.Namespace)) is not { } known)
            {
                Unknown(context, source, host);
            }
            else if (context.Index.Workloads.AreKnown)
            {
                CheckSubsets(context, source, known);
            }
        }
    }

    private static void Unknown(AnalysisContext context, MeshObject source, string host) =>
        context.Report(IstioMessages.UnknownDestinationRuleHost, source, "spec.host", $"no Service or ServiceEntry that callers see has the host {host}");

    private static void CheckSubsets(AnalysisContext context, MeshObject source, KnownHost known)
    {
        if (known.Service is not { Selector.Count: > 0 } service) return; // its endpoints are not ours to know
        var workloads = context.Index.Mesh.Endpoints.Of(service.Name).Values;
        var subsets = source.SpecAs<DestinationRule>().Subsets;
        for (var i = 0; i < subsets.Length; i++)
        {
            var labels = subsets[i].Labels;
            if (!workloads.Any(w => Labels.Match(labels, w.Labels)))
                context.Report(
                    IstioMessages.DestinationRuleSubsetNotSelectPods, source, $"spec.subsets[{i}]",
                    $"no workload of {known.Host} is in subset \"{subsets[i].Name}\"{(labels.Count > 0 ? $" ({Selectors.Text(labels)})" : "")}");
        }
    }
}
