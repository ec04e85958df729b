using System.Collections.Immutable;

namespace Mesh.Core.Resources.Security;

/// <summary>
/// Whether workloads accept plain text, mutual TLS or both (security.istio.io PeerAuthentication). Without a selector it is for
/// its namespace; in the root namespace for the whole mesh.
/// </summary>
public sealed record PeerAuthentication
{
    /// <summary>The workloads it is for; null: all of the namespace, or of the mesh when it stands in the root namespace.</summary>
    public WorkloadSelector? Selector { get; init; }

    /// <summary>What the workloads accept on all ports; null: as the next wider policy says, at the top permissive.</summary>
    public MutualTls? Mtls { get; init; }

    /// <summary>Exceptions by the port the workload itself listens on; only together with a selector.</summary>
    public ImmutableSortedDictionary<int, MutualTls> PortLevelMtls { get; init; } = ImmutableSortedDictionary<int, MutualTls>.Empty;
}

/// <summary>The mode of one scope (Istio's PeerAuthentication.MutualTLS).</summary>
public sealed record MutualTls
{
    /// <summary>What is accepted; UNSET leaves it to the next wider policy.</summary>
    public MutualTlsMode Mode { get; init; }
}

/// <summary>What a workload accepts.</summary>
public enum MutualTlsMode
{
    /// <summary>As the next wider scope says; at the top: permissive.</summary>
    Unset,

    /// <summary>Plain text only.</summary>
    Disable,

    /// <summary>Plain text and mutual TLS.</summary>
    Permissive,

    /// <summary>Mutual TLS only.</summary>
    Strict,
}
