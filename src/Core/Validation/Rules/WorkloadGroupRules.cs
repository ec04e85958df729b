using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a WorkloadGroup must satisfy beyond its fields.</summary>
internal static class WorkloadGroupRules
{
    public static void Check(WorkloadGroup spec, RuleContext context)
    {
        if (spec.Metadata is { } metadata) context.Field("metadata").Field("labels").CheckLabels(metadata.Labels);
    }
}
