using System.Collections.Immutable;
using Mesh.Core.Identity;
using Mesh.NodeAgent.Workloads;
using Mesh.Translation;

namespace Mesh.NodeAgent.Discovery;

/// <summary>
/// A proxy with an open stream, or one that is registered and should have one: it is compiled for all the same, so that what
/// concerns it is known and not taken for done. Touched by the configuration loop only.
/// </summary>
internal sealed class ProxyState(WorkloadId id, ProxyDialect dialect)
{
    public WorkloadId Id => id;
    public ProxyDialect Dialect => dialect;

    /// <summary>Usually one; none while it is away; two while a proxy that reconnects has not noticed that its old stream is dead.</summary>
    public List<ProxyConnection> Connections { get; } = [];

    public Registration? Registration { get; set; }
    public ProxyDescriptor? Descriptor { get; set; }
    public ProxyResources Resources { get; set; } = ProxyResources.Empty;
    public EndpointNames? EndpointNames { get; set; }
    public ProxyPublication? Published { get; set; }

    /// <summary>The problems that the accounts are about.</summary>
    public ImmutableArray<TranslationProblem> Accounted { get; set; } = [];

    /// <summary>Whether its last compilation failed; the next one then starts from nothing.</summary>
    public bool HasFailed { get; set; }

    /// <summary>Whether it has answered a whole configuration since it connected, or was accounted for since it went.</summary>
    public bool IsSettled { get; set; }

    public bool IsConnected => Connections.Count > 0;

    /// <summary>What it said of itself when it was last there.</summary>
    public string Version { get; set; } = "";

    /// <summary>What it had answered when it went.</summary>
    public Core.Snapshots.Revision LastRevision { get; set; }

    public string RoleText => (dialect, Registration?.Role) switch
    {
        (ProxyDialect.Grpc, _) => "grpc",
        (ProxyDialect.Envoy, _) => "envoy",
        (_, RegistrationRole.Gateway) => "gateway",
        _ => "sidecar",
    };

    /// <summary>0 while it is not connected: what it held may be gone with its process.</summary>
    public ulong AnsweredGeneration => IsConnected ? Connections.Min(c => c.AnsweredGeneration) : 0;

    public IEnumerable<ProxyRejection> Rejections => Connections.SelectMany(c => c.Rejections);

    public ImmutableSortedSet<Core.Resources.ObjectKey> Dependencies => Resources.Dependencies;
}
