using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a ProxyConfig must satisfy beyond its fields.</summary>
internal static class ProxyConfigRules
{
    public static void Check(ProxyConfig spec, RuleContext context)
    {
        if (spec.Selector is { } selector) context.Field("selector").Field("matchLabels").CheckLabels(selector.MatchLabels);
    }
}
