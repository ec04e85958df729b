using Mesh.Core.Resources.Mesh;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a MeshConfig must satisfy beyond its fields.</summary>
internal static class MeshConfigRules
{
    public static void Check(MeshConfig spec, RuleContext context)
    {
    }
}
