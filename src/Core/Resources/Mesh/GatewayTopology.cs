using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Mesh;

/// <summary>What stands in front of gateways (Istio's Topology).</summary>
public sealed record GatewayTopology
{
    /// <summary>Proxies in front whose X-Forwarded-For is believed.</summary>
    [Range(0, uint.MaxValue)]
    public long NumTrustedProxies { get; init; }

    /// <summary>What happens to x-forwarded-client-cert.</summary>
    public ForwardClientCertDetails ForwardClientCertDetails { get; init; }

    /// <summary>Takes the PROXY protocol on all listeners. Since Istio 1.19.</summary>
    public ProxyProtocolSettings? ProxyProtocol { get; init; }
}

/// <summary>The PROXY protocol; nothing to set.</summary>
public sealed record ProxyProtocolSettings;

/// <summary>What happens to x-forwarded-client-cert (Istio's ForwardClientCertDetails).</summary>
public enum ForwardClientCertDetails
{
    /// <summary>Not set.</summary>
    Undefined,

    /// <summary>It is removed.</summary>
    Sanitize,

    /// <summary>It is passed on where the caller came by mutual TLS.</summary>
    ForwardOnly,

    /// <summary>The caller's certificate is added.</summary>
    AppendForward,

    /// <summary>It is replaced by the caller's certificate.</summary>
    SanitizeSet,

    /// <summary>It is always passed on.</summary>
    AlwaysForwardOnly,
}

/// <summary>Headers that proxies add (Istio's ProxyHeaders).</summary>
public sealed record ProxyHeaders
{
    /// <summary>What sidecars do with x-forwarded-client-cert.</summary>
    public ForwardClientCertDetails ForwardedClientCert { get; init; }

    /// <summary>What they put into x-forwarded-client-cert.</summary>
    public ClientCertDetails? SetCurrentClientCertDetails { get; init; }

    /// <summary>x-request-id.</summary>
    public HeaderSwitch? RequestId { get; init; }

    /// <summary>server.</summary>
    public ServerHeader? Server { get; init; }

    /// <summary>x-envoy-attempt-count.</summary>
    public HeaderSwitch? AttemptCount { get; init; }

    /// <summary>x-envoy-upstream-service-time and the like.</summary>
    public HeaderSwitch? EnvoyDebugHeaders { get; init; }

    /// <summary>x-envoy-peer-metadata.</summary>
    public MetadataExchangeHeaders? MetadataExchangeHeaders { get; init; }

    /// <summary>Whether HTTP/1 headers keep their case; null: no. Since Istio 1.23.</summary>
    public bool? PreserveHttp1HeaderCase { get; init; }

    /// <summary>x-forwarded-host. Since Istio 1.26.</summary>
    [ApiName("xForwardedHost")]
    public EnabledHeader? XForwardedHost { get; init; }

    /// <summary>x-forwarded-port. Since Istio 1.26.</summary>
    [ApiName("xForwardedPort")]
    public EnabledHeader? XForwardedPort { get; init; }
}

/// <summary>A header that is on by itself.</summary>
public sealed record HeaderSwitch
{
    /// <summary>True: it is not added. Null: false.</summary>
    public bool? Disabled { get; init; }
}

/// <summary>A header that is off by itself.</summary>
public sealed record EnabledHeader
{
    /// <summary>True: it is added. Null: false.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>The header server.</summary>
public sealed record ServerHeader
{
    /// <summary>True: it is not added. Null: false.</summary>
    public bool? Disabled { get; init; }

    /// <summary>Its value; empty: istio-envoy.</summary>
    public string Value { get; init; } = "";
}

/// <summary>Where metadata headers are sent.</summary>
public sealed record MetadataExchangeHeaders
{
    /// <summary>Where.</summary>
    public MetadataExchangeMode Mode { get; init; }
}

/// <summary>Istio's MetadataExchangeMode.</summary>
public enum MetadataExchangeMode
{
    /// <summary>Everywhere.</summary>
    Undefined,

    /// <summary>Inside the mesh only.</summary>
    InMesh,
}

/// <summary>Parts of the caller's certificate.</summary>
public sealed record ClientCertDetails
{
    /// <summary>Its subject; null: yes.</summary>
    public bool? Subject { get; init; }

    /// <summary>Itself, PEM; null: no.</summary>
    public bool? Cert { get; init; }

    /// <summary>Its chain, PEM; null: no.</summary>
    public bool? Chain { get; init; }

    /// <summary>Its DNS names; null: yes.</summary>
    public bool? Dns { get; init; }

    /// <summary>Its URIs; null: yes.</summary>
    public bool? Uri { get; init; }
}
