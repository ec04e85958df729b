using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources.Security;

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
        var namespaces = context.Index.Of<PeerAuthentication>().Select(o => o.Key.Namespace).Distinct(StringComparer.Ordinal);
        foreach (var space in namespaces)
        {
            // Objects without a selector compete in their namespace, whatever runs there.
            var labels = context.Index.Workloads.In(space).Select(w => w.Labels).Append(ImmutableSortedDictionary<string, string>.Empty);
            foreach (var (loser, winner) in labels.SelectMany(l => context.Index.Mesh.PeerAuthentications.Overridden(space, l)).Where(p => p.Loser.Key.Namespace == space).DistinctBy(p => p.Loser.Key))
                context.Report(MeshMessages.PolicyOverridden, loser, "", $"PeerAuthentication {winner.Key.Namespace}/{winner.Key.Name} is older and for the same workloads");
        }
    }
}
