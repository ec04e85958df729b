using System.Collections.Immutable;
using Mesh.Core.Resources.Kubernetes;

namespace Mesh.Core.Validation.Rules;

/// <summary>What Kubernetes' label selectors must satisfy.</summary>
internal static class LabelSelectorRules
{
    public static void Check(ImmutableArray<LabelSelector> selectors, RuleContext context)
    {
        for (var i = 0; i < selectors.Length; i++) Check(selectors[i], context.Item(i));
    }

    public static void Check(LabelSelector? selector, RuleContext context)
    {
        if (selector is null) return;
        context.Field("matchLabels").CheckLabels(selector.MatchLabels);
        for (var i = 0; i < selector.MatchExpressions.Length; i++) Check(selector.MatchExpressions[i], context.Field("matchExpressions").Item(i));
    }

    private static void Check(LabelSelectorRequirement requirement, RuleContext context)
    {
        if (requirement.Key.Length > 0 && !Names.IsQualifiedName(requirement.Key)) context.Field("key").Error(Names.QualifiedReason(requirement.Key));
        if (requirement.Operator is LabelSelectorOperator.In or LabelSelectorOperator.NotIn)
        {
            if (requirement.Values.IsEmpty) context.Field("values").ErrorOfWhole($"required for {requirement.Operator}");
            for (var i = 0; i < requirement.Values.Length; i++)
                if (!Names.IsLabelValue(requirement.Values[i])) context.Field("values").Item(i).Error(Names.LabelValueReason(requirement.Values[i]));
        }
        else if (requirement.Operator is not null && !requirement.Values.IsEmpty)
        {
            context.Field("values").Error($"must be empty for {requirement.Operator}");
        }
    }
}
