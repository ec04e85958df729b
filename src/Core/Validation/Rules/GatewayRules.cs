using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a Gateway must satisfy beyond its fields.</summary>
internal static class GatewayRules
{
    public static void Check(Gateway spec, RuleContext context)
    {
    }
}
