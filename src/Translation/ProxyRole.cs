namespace Mesh.Translation;

/// <summary>Where a proxy stands.</summary>
public enum ProxyRole
{
    /// <summary>Beside one workload: inbound listeners for it, outbound ones to every service.</summary>
    Sidecar,

    /// <summary>At an edge of the mesh: listens where the Gateway objects that select its labels say.</summary>
    Gateway,
}
