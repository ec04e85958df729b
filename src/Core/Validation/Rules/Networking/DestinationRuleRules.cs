using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What a DestinationRule must satisfy beyond its fields.</summary>
internal static class DestinationRuleRules
{
    public static void Check(DestinationRule spec, RuleContext context)
    {
        if (spec.Host.Length > 0) Hosts.CheckServiceOrWildcard(spec.Host, context.Field("host"));
        CheckExport(spec, context.Field("exportTo"));
        SelectorRules.Check(spec.WorkloadSelector, context.Field("workloadSelector"));
        if (spec.TrafficPolicy is { } policy) TrafficPolicyRules.Check(policy, context.Field("trafficPolicy"));
        for (var i = 0; i < spec.Subsets.Length; i++)
        {
            var subset = spec.Subsets[i];
            var at = context.Field("subsets").Item(i);
            if (subset.Name.Length > 0 && !Names.IsAnyCaseLabel(subset.Name)) at.Field("name").Error(Names.AnyCaseLabelReason(subset.Name));
            if (subset.Name.Length > 0 && spec.Subsets.Take(i).Any(s => s.Name == subset.Name)) at.Field("name").Error($"the subset {Names.Quote(subset.Name)} is given twice");
            at.Field("labels").CheckLabels(subset.Labels);
            if (subset.Labels.IsEmpty && !at.HasWrongContent) at.Field("labels").Warn("without labels the subset is every endpoint of the host");
            if (subset.TrafficPolicy is { } own) TrafficPolicyRules.Check(own, at.Field("trafficPolicy"));
        }
    }

    // A rule for chosen callers is only for those of its namespace, so nobody else may see it.
    private static void CheckExport(DestinationRule spec, RuleContext context)
    {
        ExportRules.Check(spec.ExportTo, context);
        if (spec.WorkloadSelector is null || spec.ExportTo.IsEmpty) return;
        if (spec.ExportTo.Any(e => e != "." && e != context.Metadata.Namespace)) context.Error("a rule with workloadSelector is for its own namespace only", "Write \".\", or remove exportTo.");
    }
}
