using System.Collections.Immutable;
using Mesh.Core.Fields;
using Mesh.Core.Resources.Kubernetes;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Resources.Mesh;

/// <summary>What happens to requests for unknown hosts.</summary>
public sealed record OutboundTrafficPolicy
{
    /// <summary>Whether they are refused or let through.</summary>
    public OutboundTrafficPolicyMode Mode { get; init; }
}

/// <summary>Istio's OutboundTrafficPolicy.Mode.</summary>
public enum OutboundTrafficPolicyMode
{
    /// <summary>They are refused.</summary>
    RegistryOnly,

    /// <summary>They go where they are addressed to.</summary>
    AllowAny,
}

/// <summary>Which address of a workload its proxy hands requests to.</summary>
public sealed record InboundTrafficPolicy
{
    /// <summary>The address.</summary>
    public InboundTrafficPolicyMode Mode { get; init; }
}

/// <summary>Istio's InboundTrafficPolicy.Mode.</summary>
public enum InboundTrafficPolicyMode
{
    /// <summary>The workload's own.</summary>
    Passthrough,

    /// <summary>127.0.0.1.</summary>
    Localhost,
}

/// <summary>Whether HTTP/1.1 becomes HTTP/2 (Istio's MeshConfig.H2UpgradePolicy).</summary>
public enum H2Upgrade
{
    /// <summary>It stays.</summary>
    DoNotUpgrade,

    /// <summary>It becomes HTTP/2.</summary>
    Upgrade,
}

/// <summary>Form of access logs.</summary>
public enum AccessLogEncoding
{
    /// <summary>Lines of text.</summary>
    Text,

    /// <summary>Lines of JSON.</summary>
    Json,
}

/// <summary>How far paths are normalized before they are compared.</summary>
public sealed record ProxyPathNormalization
{
    /// <summary>How far.</summary>
    public PathNormalizationType Normalization { get; init; }
}

/// <summary>Istio's ProxyPathNormalization.NormalizationType.</summary>
public enum PathNormalizationType
{
    /// <summary>As BASE.</summary>
    Default,

    /// <summary>Not at all.</summary>
    None,

    /// <summary>RFC 3986: <c>/a/../b</c> is <c>/b</c>.</summary>
    Base,

    /// <summary>As BASE, and <c>//</c> is <c>/</c>.</summary>
    MergeSlashes,

    /// <summary>As MERGE_SLASHES, after <c>%2F</c> and <c>%5C</c> became slashes.</summary>
    DecodeAndMergeSlashes,
}

/// <summary>Bounds of TLS.</summary>
public sealed record MeshTlsConfig
{
    /// <summary>The lowest version: TLSV1_2 or TLSV1_3; TLS_AUTO is TLS 1.2.</summary>
    public TlsProtocol MinProtocolVersion { get; init; }

    /// <summary>Cipher suites up to TLS 1.2, by OpenSSL's names; empty: the safe ones.</summary>
    public ImmutableArray<string> CipherSuites { get; init; } = [];

    /// <summary>Curves for key exchange, such as P-256 and X25519; empty: the safe ones.</summary>
    public ImmutableArray<string> EcdhCurves { get; init; } = [];
}

/// <summary>A root certificate.</summary>
public sealed record CertificateData
{
    /// <summary>The certificate, PEM.</summary>
    [OneOf("certificateData")]
    public string? Pem { get; init; }

    /// <summary>A SPIFFE bundle endpoint it is fetched from.</summary>
    [OneOf("certificateData")]
    public string? SpiffeBundleUrl { get; init; }

    /// <summary>Kubernetes signers it is for; empty: all.</summary>
    public ImmutableArray<string> CertSigners { get; init; } = [];

    /// <summary>Trust domains it is for; empty: the mesh's and its aliases.</summary>
    public ImmutableArray<string> TrustDomains { get; init; } = [];
}

/// <summary>An external authority with Istio's certificate API.</summary>
public sealed record ExternalCa
{
    /// <summary>Its address, <c>host:port</c>.</summary>
    [Required]
    public string Address { get; init; } = "";

    /// <summary>How it is reached; null: mutual TLS.</summary>
    public ClientTlsSettings? TlsSettings { get; init; }

    /// <summary>How long a request may take; null: 10 s.</summary>
    [Duration(1)]
    public TimeSpan? RequestTimeout { get; init; }

    /// <summary>Whether the control plane asks it, or the agent.</summary>
    public bool IstiodSide { get; init; }
}

/// <summary>Another source of configuration.</summary>
public sealed record ConfigSource
{
    /// <summary>Its address: <c>xds://</c>, <c>k8s://</c> or <c>fs:///</c>.</summary>
    public string Address { get; init; } = "";

    /// <summary>How it is reached.</summary>
    public ClientTlsSettings? TlsSettings { get; init; }

    /// <summary>What is read from it.</summary>
    public ImmutableArray<ConfigSourceResource> SubscribedResources { get; init; } = [];
}

/// <summary>What is read from a source of configuration.</summary>
public enum ConfigSourceResource
{
    /// <summary>Services.</summary>
    ServiceRegistry,
}

/// <summary>A certificate for DNS names.</summary>
public sealed record DnsCertificate
{
    /// <summary>The Secret it is put into.</summary>
    public string SecretName { get; init; } = "";

    /// <summary>The names.</summary>
    public ImmutableArray<string> DnsNames { get; init; } = [];
}

/// <summary>Which Ingress objects are followed (Istio's MeshConfig.IngressControllerMode).</summary>
public enum IngressControllerMode
{
    /// <summary>As STRICT.</summary>
    Unspecified,

    /// <summary>None.</summary>
    Off,

    /// <summary>Those of the class and those without one.</summary>
    Default,

    /// <summary>Those of the class.</summary>
    Strict,
}

/// <summary>Settings for some hosts.</summary>
public sealed record ServiceSettings
{
    /// <summary>The settings.</summary>
    public ServiceSettingsValues? Settings { get; init; }

    /// <summary>The hosts, or wildcards.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];
}

/// <summary>Istio's ServiceSettings.Settings.</summary>
public sealed record ServiceSettingsValues
{
    /// <summary>Whether only endpoints of the caller's own cluster are used.</summary>
    public bool ClusterLocal { get; init; }
}

/// <summary>Which Services are seen by other clusters.</summary>
public sealed record ServiceScopeConfig
{
    /// <summary>Namespaces by labels.</summary>
    public LabelSelector? NamespaceSelector { get; init; }

    /// <summary>Services by labels.</summary>
    public LabelSelector? ServicesSelector { get; init; }

    /// <summary>Who sees them.</summary>
    public ServiceScope Scope { get; init; }
}

/// <summary>Istio's ServiceScopeConfigs.Scope.</summary>
public enum ServiceScope
{
    /// <summary>The cluster itself.</summary>
    Local,

    /// <summary>All clusters of the mesh.</summary>
    Global,
}
