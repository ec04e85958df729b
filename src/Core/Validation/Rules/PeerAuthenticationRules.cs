using Mesh.Core.Resources.Security;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a PeerAuthentication must satisfy beyond its fields.</summary>
internal static class PeerAuthenticationRules
{
    public static void Check(PeerAuthentication spec, RuleContext context)
    {
        TargetRules.CheckSelector(spec.Selector, context.Field("selector"));
        var ports = context.Field("portLevelMtls");
        if (spec.PortLevelMtls.IsEmpty)
        {
            if (ports.IsWritten) ports.ErrorOfWhole("must have at least one port", "Remove it, or name ports.");
        }
        else if (spec.Selector is not { MatchLabels.Count: > 0 })
        {
            ports.Error("needs a selector with labels", "Ports differ between workloads: say which ones are meant.");
        }
    }
}
