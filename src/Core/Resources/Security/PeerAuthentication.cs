using System.Collections.Immutable;

namespace Mesh.Core.Resources.Security;

/// <summary>
/// Whether workloads accept plain text, mutual TLS or both (security.istio.io PeerAuthentication). Without a selector it is for
/// its namespace; in the root namespace for the whole mesh.
/// </summary>
public sealed record PeerAuthentication
{
    public WorkloadSelector? Selector { get; init; }

    public MutualTls? Mtls { get; init; }

    /// <summary>By the port the workload listens on; only together with a selector.</summary>
    public ImmutableSortedDictionary<int, MutualTls> PortLevelMtls { get; init; } = ImmutableSortedDictionary<int, MutualTls>.Empty;
}

/// <summary>The mode of one scope (Istio's PeerAuthentication.MutualTLS).</summary>
public sealed record MutualTls
{
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
