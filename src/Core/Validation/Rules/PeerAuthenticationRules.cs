using System.Collections.Immutable;
using Mesh.Core.Resources.Security;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a PeerAuthentication must satisfy beyond its fields.</summary>
internal static class PeerAuthenticationRules
{
    public static void Check(PeerAuthentication spec, RuleContext context)
    {
        var selects = spec.Selector is { MatchLabels.Count: > 0 };
        context.Field("selector").Field("matchLabels").CheckLabels(spec.Selector?.MatchLabels ?? ImmutableSortedDictionary<string, string>.Empty);
        if (spec.Selector is not null && !selects)
            context.Field("selector").ErrorOfWhole("selects no labels", "Remove it to reach the whole namespace, or name labels.");
        if (!selects && !spec.PortLevelMtls.IsEmpty)
            context.Field("portLevelMtls").Error("needs a selector with labels", "Ports differ between workloads: say which ones are meant.");
    }
}
