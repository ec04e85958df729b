using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a WorkloadEntry must satisfy beyond its fields, alone or as an endpoint of a ServiceEntry.</summary>
internal static class WorkloadEntryRules
{
    public static void Check(WorkloadEntry spec, RuleContext context)
    {
        if (spec is { Address: "", Network: "" }) context.Field("address").Error("required, unless a network is given");
        context.Field("labels").CheckLabels(spec.Labels);
    }
}
