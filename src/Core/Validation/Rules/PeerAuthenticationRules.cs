using Mesh.Core.Resources.Security;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a PeerAuthentication must satisfy beyond its fields.</summary>
internal static class PeerAuthenticationRules
{
    public static void Check(PeerAuthentication spec, RuleContext context)
    {
    }
}
