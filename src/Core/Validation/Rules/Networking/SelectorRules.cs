using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What selectors of workloads must satisfy.</summary>
internal static class SelectorRules
{
    private const string NoLabels = "selects every workload of the namespace: it has no labels";
    private const string NoLabelsHint = "Name labels, or remove the selector.";

    public static void Check(WorkloadSelector? selector, RuleContext context)
    {
        if (selector is null) return;
        context.Field("matchLabels").CheckLabels(selector.MatchLabels);
        if (selector.MatchLabels.IsEmpty) context.Warn(NoLabels, NoLabelsHint);
    }

    public static void Check(WorkloadLabelSelector? selector, RuleContext context)
    {
        if (selector is null) return;
        context.Field("labels").CheckLabels(selector.Labels);
        if (selector.Labels.IsEmpty) context.Warn(NoLabels, NoLabelsHint);
    }
}
