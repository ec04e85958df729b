using System.Collections.Immutable;
using Mesh.Core.Identity;
using Mesh.Core.Snapshots;
using Mesh.Translation;

namespace Mesh.NodeAgent.Workloads;

/// <summary>One file of the workloads directory, validated: a workload of this node. Immutable, replaced whole.</summary>
internal sealed record Registration
{
    public required WorkloadId Id { get; init; }
    public required string WorkloadName { get; init; }
    public required string ServiceAccount { get; init; }
    public required RegistrationRole Role { get; init; }
    public required string Address { get; init; }
    public required string ProxyAddress { get; init; }
    public required string AppAddress { get; init; }
    public required ImmutableSortedDictionary<string, string> Labels { get; init; }
    public required ImmutableSortedDictionary<int, int> Ports { get; init; }
    public required ImmutableSortedDictionary<ServiceName, string> Aliases { get; init; }

    /// <summary>SHA-256 of the token its proxy must show; empty when no proxy may have a certificate.</summary>
    public required ImmutableArray<byte> TokenSha256 { get; init; }

    public required string Locality { get; init; }

    /// <summary>When the file was written: of two nodes that have the workload, the later one is where it is now.</summary>
    public DateTimeOffset RegisteredAt { get; init; }

    /// <summary>
    /// As the rest of the mesh sees it. In front of a sidecar or gateway the proxy listens on the target ports themselves; without
    /// one the application's own address and ports are the endpoint.
    /// </summary>
    public Workload ToWorkload(string node, WorkloadHealth health) => new()
    {
        Id = Id,
        WorkloadName = WorkloadName,
        ServiceAccount = ServiceAccount,
        Address = Role == RegistrationRole.None ? AppAddress : Address,
        Labels = Labels,
        Ports = Role == RegistrationRole.None ? Ports : ImmutableSortedDictionary<int, int>.Empty,
        Node = node,
        Locality = Locality,
        Health = health,
        HasSidecar = Role == RegistrationRole.Sidecar,
    };

    public ProxyDescriptor ToDescriptor(string node, string trustDomain, ProxyDialect dialect) => new()
    {
        Id = Id,
        Role = Role == RegistrationRole.Gateway ? ProxyRole.Gateway : ProxyRole.Sidecar,
        Dialect = dialect,
        WorkloadName = WorkloadName,
        ServiceAccount = ServiceAccount,
        Labels = Labels,
        Address = Address,
        ProxyAddress = ProxyAddress,
        AppAddress = AppAddress,
        Ports = Ports,
        Aliases = Aliases,
        Node = node,
        Locality = Locality,
        TrustDomain = trustDomain,
    };
}
