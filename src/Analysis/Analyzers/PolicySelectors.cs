using Mesh.Analysis.Messages;
using Mesh.Core.Resources;

namespace Mesh.Analysis.Analyzers;

/// <summary>Policies whose selector selects no workload; those of the root namespace look in every namespace.</summary>
internal static class PolicySelectors
{
    public static void Check(AnalysisContext context, IEnumerable<(MeshObject Source, WorkloadSelector? Selector)> policies)
    {
        if (!context.Index.Workloads.AreKnown) return;
        foreach (var (source, selector) in policies)
        {
            if (selector is null or { MatchLabels.Count: 0 }) continue;
            var wide = source.Key.Namespace == context.Index.RootNamespace;
            if (!context.Index.Workloads.Selected(selector.MatchLabels, wide ? null : source.Key.Namespace).Any())
                context.Report(
                    MeshMessages.PolicySelectsNothing, source, "spec.selector",
                    $"no workload{(wide ? "" : $" of namespace {source.Key.Namespace}")} has the labels {Selectors.Text(selector.MatchLabels)}");
        }
    }
}
