using System.Collections.Immutable;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Clusters;

namespace Mesh.Translation.Indexing;

/// <summary>
/// The rule in force for one service and one client namespace. Several objects for the same host in one namespace make one
/// rule, as Istio merges them: the policy is the oldest one's that has any, and a subset's definition the oldest one's.
/// </summary>
internal sealed class DestinationRuleModel
{
    /// <param name="sources">The objects, oldest first.</param>
    /// <param name="overruled">Such as choose the same callers by another selector: not merged, as those that choose nobody are not (Istio).</param>
    public DestinationRuleModel(ImmutableArray<MeshObject> sources, ImmutableArray<MeshObject> overruled)
    {
        Sources = sources;
        var subsets = ImmutableArray.CreateBuilder<Subset>();
        var problems = ImmutableArray.CreateBuilder<TranslationProblem>();
        foreach (var source in sources)
        {
            var spec = source.SpecAs<DestinationRule>();
            if (Policy is null)
            {
                Policy = spec.TrafficPolicy;
                IsPeakEwma = Annotated(source, problems);
            }
            else if (spec.TrafficPolicy is not null)
                problems.Add(new TranslationProblem(
                    source.Key, "spec.trafficPolicy", $"{sources[0].Key} is older and for the same host; its policy is in force."));
            for (var i = 0; i < spec.Subsets.Length; i++)
            {
                if (subsets.All(s => s.Name != spec.Subsets[i].Name)) subsets.Add(spec.Subsets[i]);
                else
                    problems.Add(new TranslationProblem(
                        source.Key, $"spec.subsets[{i}]", $"Subset '{spec.Subsets[i].Name}' is defined already; the first is in force."));
            }
        }
        foreach (var other in overruled)
            problems.Add(new TranslationProblem(other.Key, "spec.workloadSelector", $"{sources[0].Key} is older and chooses some of the same callers for the same host; for them it is in force."));
        Subsets = subsets.ToImmutable();
        Problems = problems.ToImmutable();
    }

    /// <summary>Oldest first; never empty.</summary>
    public ImmutableArray<MeshObject> Sources { get; }

    public TrafficPolicy? Policy { get; }

    /// <summary>The object that gives the policy is annotated so.</summary>
    public bool IsPeakEwma { get; }
    public ImmutableArray<Subset> Subsets { get; }
    public ImmutableArray<TranslationProblem> Problems { get; }

    private static bool Annotated(MeshObject source, ImmutableArray<TranslationProblem>.Builder problems)
    {
        if (!source.Metadata.Annotations.TryGetValue(BalancingPolicy.Annotation, out var value)) return false;
        if (value == BalancingPolicy.PeakEwma) return true;
        problems.Add(new TranslationProblem(
            source.Key, $"metadata.annotations[{BalancingPolicy.Annotation}]", $"'{value}' is no algorithm; the only one to name here is {BalancingPolicy.PeakEwma}."));
        return false;
    }
}
