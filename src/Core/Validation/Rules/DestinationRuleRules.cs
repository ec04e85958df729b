using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a DestinationRule must satisfy beyond its fields.</summary>
internal static class DestinationRuleRules
{
    public static void Check(DestinationRule spec, RuleContext context)
    {
    }
}
