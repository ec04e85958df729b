using System.Collections.Immutable;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>Conditions on the calling workload, which only sidecars know.</summary>
internal static class SourceRules
{
    public static void Check(ImmutableSortedDictionary<string, string> labels, string scope, GatewayScope gateways, RuleContext context)
    {
        context.Field("sourceLabels").CheckLabels(labels);
        if (scope.Length > 0 && !Names.IsDns1123Label(scope)) context.Field("sourceNamespace").Error(Names.LabelReason(scope));
        if (gateways.Mesh) return;
        const string reason = "never matches: gateways do not know the workloads of their clients";
        if (!labels.IsEmpty) context.Field("sourceLabels").Warn(reason);
        if (scope.Length > 0) context.Field("sourceNamespace").Warn(reason);
    }
}
