using Mesh.Core.Resources;
using Mesh.Core.Resources.Security;

namespace Mesh.Translation.Indexing;

/// <summary>The policies of each scope that hold for one workload; null where a scope has none.</summary>
internal sealed record EffectivePeerAuthentication(MeshObject? Root, MeshObject? Namespace, MeshObject? Workload)
{
    public IEnumerable<ObjectKey> Sources =>
        new[] { Root, Namespace, Workload }.Where(o => o is not null).Select(o => o!.Key);

    /// <summary>Never <see cref="MutualTlsMode.Unset"/>.</summary>
    public MutualTlsMode Mode(int targetPort)
    {
        if (Spec(Workload)?.PortLevelMtls.TryGetValue(targetPort, out var port) == true && port.Mode != MutualTlsMode.Unset)
            return port.Mode;
        foreach (var scope in new[] { Workload, Namespace, Root })
            if (Spec(scope)?.Mtls is { Mode: not MutualTlsMode.Unset } mtls)
                return mtls.Mode;
        return MutualTlsMode.Permissive;
    }

    private static PeerAuthentication? Spec(MeshObject? policy) => policy?.SpecAs<PeerAuthentication>();
}
