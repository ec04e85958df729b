using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Identity;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Security;
using Mesh.Translation.Indexing;

namespace Mesh.Analysis.Analyzers;

/// <summary>PeerAuthentications that select nothing, or that older ones keep out of force.</summary>
internal sealed class PeerAuthenticationAnalyzer : IAnalyzer
{
    public string Name => "mesh.PeerAuthenticationAnalyzer";

    public string Description => "PeerAuthentications select workloads and are in force";

    public ImmutableArray<MessageType> Finds => [MeshMessages.PolicySelectsNothing, MeshMessages.PolicyOverridden];

    public void Analyze(AnalysisContext context)
    {
        PolicySelectors.Check(context, context.Index.Of<PeerAuthentication>().Select(o => (o, o.SpecAs<PeerAuthentication>().Selector)));
        foreach (var space in context.Index.Of<PeerAuthentication>().Select(o => o.Key.Namespace).Distinct(StringComparer.Ordinal))
        {
            // Without labels only those without a selector compete.
            foreach (var (loser, winner) in context.Index.Mesh.PeerAuthentications.Overridden(space, ImmutableSortedDictionary<string, string>.Empty).Where(p => p.Loser.Key.Namespace == space))
                Report(context, loser, winner);
        }

        Selecting(context);
    }

    /// <summary>Of those that select a workload the oldest is in force, be it the namespace's or the root's.</summary>
    private static void Selecting(AnalysisContext context)
    {
        var winners = new Dictionary<WorkloadId, MeshObject>();
        foreach (var source in context.Index.Of<PeerAuthentication>().Order(Age.OldestFirst))
        {
            if (source.SpecAs<PeerAuthentication>().Selector is not { MatchLabels: { Count: > 0 } labels }) continue;
            var space = source.Key.Namespace == context.Index.RootNamespace ? null : source.Key.Namespace;
            MeshObject? before = null;
            foreach (var workload in context.Index.Workloads.Selected(labels, space))
                if (!winners.TryAdd(workload.Id, source)) before ??= winners[workload.Id];
            if (before is not null) Report(context, source, before);
        }
    }

    private static void Report(AnalysisContext context, MeshObject loser, MeshObject winner) =>
        context.Report(MeshMessages.PolicyOverridden, loser, "", $"PeerAuthentication {winner.Key.Namespace}/{winner.Key.Name} is older and for the same workloads");
}
