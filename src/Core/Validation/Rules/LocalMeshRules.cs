using Mesh.Core.Resources.Mesh;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a LocalMesh must satisfy beyond its fields.</summary>
internal static class LocalMeshRules
{
    public static void Check(LocalMesh spec, RuleContext context)
    {
    }
}
