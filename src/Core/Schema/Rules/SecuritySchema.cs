using Mesh.Core.Resources;
using Mesh.Core.Resources.Security;
using Mesh.Core.Schema.Cel;

namespace Mesh.Core.Schema.Rules;

/// <summary>Kinds of security.istio.io and selectors.</summary>
internal static class SecuritySchema
{
    public static void AddTo(SchemaRules rules) => rules
        .Field<WorkloadSelector>(nameof(WorkloadSelector.MatchLabels), SharedBounds.Labels)
        .Record<PeerAuthentication>(
            new CelRule("!has(self.selector) || (has(self.selector.matchLabels) && size(self.selector.matchLabels) > 0)",
                "selects no labels; remove it to reach the whole namespace, or name labels", "selector"),
            new CelRule("!has(self.portLevelMtls) || size(self.portLevelMtls) == 0 || has(self.selector)", "needs a selector with labels", "portLevelMtls"));
}
