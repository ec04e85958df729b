using System.Collections.Immutable;
using Mesh.Core.Fields;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Resources.Mesh;

/// <summary>Settings of the whole mesh (mesh.dev MeshConfig); fields are named as in Istio's MeshConfig.</summary>
public sealed record MeshConfig
{
    /// <summary>The root of every identity; cannot change while the mesh lives. Empty: <c>cluster.local</c>.</summary>
    public string TrustDomain { get; init; } = "";

    [NotEnforced(Stance.Refuse, "Identities of other trust domains are not accepted yet.")]
    public ImmutableArray<string> TrustDomainAliases { get; init; } = [];

    /// <summary>For HTTP routes that say nothing of retries; null: Istio's default, 2 attempts.</summary>
    public HttpRetry? DefaultHttpRetryPolicy { get; init; }

    /// <summary>What happens to requests for hosts the mesh does not know; null: refused.</summary>
    public OutboundTrafficPolicy? OutboundTrafficPolicy { get; init; }

    /// <summary>Whether callers use mutual TLS without being told where the endpoint can; null: yes.</summary>
    public bool? EnableAutoMtls { get; init; }

    /// <summary>The namespace whose policies are for the whole mesh. Empty: <c>mesh-system</c>.</summary>
    public string RootNamespace { get; init; } = "";

    /// <summary>For connections to endpoints, where no DestinationRule says otherwise; null: 10 s.</summary>
    [Duration(1)]
    public TimeSpan? ConnectTimeout { get; init; }

    [NotEnforced(Stance.Warn, "Keep-alive probes follow the operating system's settings.")]
    public TcpKeepalive? TcpKeepalive { get; init; }

    [NotEnforced(Stance.Warn, "Access logs are not written yet.")]
    public string AccessLogFile { get; init; } = "";

    [NotEnforced(Stance.Warn, "Access logs are not written yet.")]
    public string AccessLogFormat { get; init; } = "";

    [NotEnforced(Stance.Warn, "Access logs are not written yet.")]
    public AccessLogEncoding? AccessLogEncoding { get; init; }

    [NotEnforced(Stance.Warn, "Endpoints of every locality are used alike.")]
    public LocalityLoadBalancerSetting? LocalityLbSetting { get; init; }

    [NotEnforced(Stance.Refuse, "Paths are compared as they arrive; normalization is not supported yet.")]
    public ProxyPathNormalization? PathNormalization { get; init; }

    [ApiName("meshMTLS")]
    [NotEnforced(Stance.Refuse, "Mutual TLS inside the mesh is TLS 1.3 only; there is nothing to set.")]
    public MeshTlsConfig? MeshMtls { get; init; }
}

/// <summary>What happens to requests for unknown hosts.</summary>
public sealed record OutboundTrafficPolicy
{
    public OutboundTrafficPolicyMode Mode { get; init; }
}

/// <summary>Istio's OutboundTrafficPolicy.Mode.</summary>
public enum OutboundTrafficPolicyMode
{
    RegistryOnly,

    [NotEnforced(Stance.Refuse, "Requests to unknown hosts are refused; a way to let them through does not exist yet.")]
    AllowAny,
}

/// <summary>Form of access logs.</summary>
public enum AccessLogEncoding
{
    Text,
    Json,
}

/// <summary>How far paths are normalized before they are compared.</summary>
public sealed record ProxyPathNormalization
{
    public PathNormalizationType Normalization { get; init; }
}

/// <summary>Istio's ProxyPathNormalization.NormalizationType.</summary>
public enum PathNormalizationType
{
    Default,
    None,
    Base,
    MergeSlashes,
    DecodeAndMergeSlashes,
}

/// <summary>Bounds of TLS inside the mesh.</summary>
public sealed record MeshTlsConfig
{
    public TlsProtocol MinProtocolVersion { get; init; }

    public ImmutableArray<string> CipherSuites { get; init; } = [];

    public ImmutableArray<string> EcdhCurves { get; init; } = [];
}
