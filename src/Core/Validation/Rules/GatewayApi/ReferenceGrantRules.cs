using Mesh.Core.Resources.GatewayApi;

namespace Mesh.Core.Validation.Rules.GatewayApi;

/// <summary>What a ReferenceGrant must satisfy beyond its fields.</summary>
internal static class ReferenceGrantRules
{
    public static void Check(ReferenceGrantSpec spec, RuleContext context)
    {
        for (var i = 0; i < spec.From.Length; i++)
        {
            var at = context.Field("from").Item(i);
            CheckGroup(at);
            ReferenceRules.CheckName(spec.From[i].Group, spec.From[i].Kind, "", spec.From[i].Namespace, at);
        }

        for (var i = 0; i < spec.To.Length; i++)
        {
            var at = context.Field("to").Item(i);
            CheckGroup(at);
            ReferenceRules.CheckName(spec.To[i].Group, spec.To[i].Kind, spec.To[i].Name, "", at);
        }
    }

    /// <summary>Empty means the core group, but has to be written.</summary>
    public static void CheckGroup(RuleContext reference)
    {
        if (!reference.Field("group").IsWritten) reference.Field("group").Error("required", "Write \"\" for Kubernetes' core group.");
    }
}
