namespace Mesh.NodeAgent.Workloads;

/// <summary>What stands in front of a local workload.</summary>
internal enum RegistrationRole
{
    Sidecar,
    Gateway,

    /// <summary>Nothing: a workload outside the mesh's own proxies.</summary>
    None,
}
