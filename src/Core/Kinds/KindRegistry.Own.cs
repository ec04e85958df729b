using Mesh.Core.Resources.Mesh;
using Mesh.Core.Resources.RateLimits;
using Mesh.Core.Validation.Rules;
using Mesh.Core.Validation.Rules.RateLimits;

namespace Mesh.Core.Kinds;

/// <content>The mesh's own kinds.</content>
public static partial class KindRegistry
{
    private const string Own = "mesh.dev";

    public static readonly KindInfo MeshConfig =
        KindInfo.Of<MeshConfig>(Own, ["v1alpha1"], "meshconfigs", MeshConfigRules.Check, "mc") with { Namespaced = false };

    public static readonly KindInfo RateLimitPolicy =
        KindInfo.Of<RateLimitPolicy>(Own, ["v1alpha1"], "ratelimitpolicies", RateLimitPolicyRules.Check, "rlp");

    public static readonly KindInfo LocalMesh =
        KindInfo.Of<LocalMesh>(Own, ["v1alpha1"], "localmeshes", LocalMeshRules.Check) with { Namespaced = false, Use = KindUse.Local };
}
