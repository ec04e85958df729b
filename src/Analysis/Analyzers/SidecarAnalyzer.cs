using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources.Networking;

namespace Mesh.Analysis.Analyzers;

/// <summary>Each workload can have one Sidecar: by a selector, or the namespace's.</summary>
internal sealed class SidecarAnalyzer : IAnalyzer
{
    public string Name => "sidecar.SelectorAnalyzer";

    public string Description => "Sidecars select workloads, and no two the same";

    public ImmutableArray<MessageType> Finds =>
        [IstioMessages.ReferencedResourceNotFound, IstioMessages.ConflictingSidecarWorkloadSelectors, IstioMessages.MultipleSidecarsWithoutWorkloadSelectors];

    public void Analyze(AnalysisContext context) => SelectorConflicts.Check(
        context,
        [.. context.Index.Of<Sidecar>().Select(o => new SelectorConflicts.Selecting(o, o.SpecAs<Sidecar>().WorkloadSelector?.Labels, "spec.workloadSelector"))],
        "Sidecars", IstioMessages.ConflictingSidecarWorkloadSelectors, IstioMessages.MultipleSidecarsWithoutWorkloadSelectors);
}
