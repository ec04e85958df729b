using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a Sidecar must satisfy beyond its fields.</summary>
internal static class SidecarRules
{
    public static void Check(Sidecar spec, RuleContext context)
    {
        if (spec is { Ingress.IsEmpty: true, Egress.IsEmpty: true, OutboundTrafficPolicy: null, InboundConnectionPool: null })
            context.ErrorOfWhole("says nothing", "Set egress, ingress, outboundTrafficPolicy or inboundConnectionPool.");
    }
}
