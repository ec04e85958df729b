using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a VirtualService must satisfy beyond its fields.</summary>
internal static class VirtualServiceRules
{
    public static void Check(VirtualService spec, RuleContext context)
    {
    }
}
