using System.Collections.Immutable;
using Mesh.Core.Identity;
using Mesh.NodeAgent.Workloads;
using Mesh.Translation;

namespace Mesh.NodeAgent.Discovery;

/// <summary>A proxy with at least one open stream. Touched by the configuration loop only.</summary>
internal sealed class ProxyState(WorkloadId id, ProxyDialect dialect)
{
    public WorkloadId Id => id;
    public ProxyDialect Dialect => dialect;

    /// <summary>Usually one; two while a proxy that reconnects has not noticed that its old stream is dead.</summary>
    public List<ProxyConnection> Connections { get; } = [];

    public Registration? Registration { get; set; }
    public ProxyDescriptor? Descriptor { get; set; }
    public ProxyResources Resources { get; set; } = ProxyResources.Empty;
    public EndpointNames? EndpointNames { get; set; }
    public ProxyPublication? Published { get; set; }

    /// <summary>Whether its last compilation failed; the next one then starts from nothing.</summary>
    public bool HasFailed { get; set; }

    /// <summary>Whether it has answered a whole configuration since it connected.</summary>
    public bool IsSettled { get; set; }

    public string Version => Connections[^1].Node.Version;

    public string RoleText => (dialect, Registration?.Role) switch
    {
        (ProxyDialect.Grpc, _) => "grpc",
        (ProxyDialect.Envoy, _) => "envoy",
        (_, RegistrationRole.Gateway) => "gateway",
        _ => "sidecar",
    };

    public ulong AnsweredGeneration => Connections.Min(c => c.AnsweredGeneration);

    public IEnumerable<ProxyRejection> Rejections => Connections.SelectMany(c => c.Rejections);

    public ImmutableSortedSet<Core.Resources.ObjectKey> Dependencies => Resources.Dependencies;
}
