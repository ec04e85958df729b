using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.GatewayApi;

/// <summary>One thing a gateway listens for (Gateway API's Listener).</summary>
public sealed record GatewayListener
{
    /// <summary>Its name, unique in the gateway; routes attach by it.</summary>
    [Required, Size(1, 253)]
    public string Name { get; init; } = "";

    /// <summary>The host it is for, or a wildcard (<c>*.example.com</c>); empty: any.</summary>
    [Size(0, 253)]
    public string Hostname { get; init; } = "";

    /// <summary>The port.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>HTTP, HTTPS, TLS, TCP, UDP in any case, or one of the controller's own as <c>domain/name</c>.</summary>
    [Required, Size(1, 255)]
    public string Protocol { get; init; } = "";

    /// <summary>TLS, for HTTPS and TLS only.</summary>
    public GatewayListenerTls? Tls { get; init; }

    /// <summary>Which routes may attach; null: those of the gateway's namespace.</summary>
    public GatewayAllowedRoutes? AllowedRoutes { get; init; }
}

/// <summary>TLS of a listener.</summary>
public sealed record GatewayListenerTls
{
    /// <summary>Whether the gateway ends TLS or passes it on; null: Terminate.</summary>
    public GatewayTlsMode? Mode { get; init; }

    /// <summary>Secrets with the certificates, for Terminate.</summary>
    [Size(0, 64)]
    public ImmutableArray<SecretObjectReference> CertificateRefs { get; init; } = [];

    /// <summary>Verification of clients' certificates. Experimental up to Gateway API 1.3, then the gateway's tls.frontend.</summary>
    public GatewayFrontendValidation? FrontendValidation { get; init; }

    /// <summary>Settings of the controller's own; at most 16.</summary>
    [Size(0, 16)]
    public ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>Gateway API's TLSModeType.</summary>
[VerbatimNames]
public enum GatewayTlsMode
{
    /// <summary>The gateway ends TLS.</summary>
    Terminate,

    /// <summary>The backend ends TLS; the gateway only reads the name.</summary>
    Passthrough,
}

/// <summary>Which routes may attach to a listener.</summary>
public sealed record GatewayAllowedRoutes
{
    /// <summary>Their namespaces; null: the gateway's own.</summary>
    public GatewayNamespaces? Namespaces { get; init; }

    /// <summary>Their kinds; empty: those that suit the protocol.</summary>
    [Size(0, 8)]
    public ImmutableArray<RouteGroupKind> Kinds { get; init; } = [];
}

/// <summary>A kind of route.</summary>
public sealed record RouteGroupKind
{
    /// <summary>Its API group; null: gateway.networking.k8s.io.</summary>
    public string? Group { get; init; }

    /// <summary>Its kind: HTTPRoute.</summary>
    [Required]
    public string Kind { get; init; } = "";
}

/// <summary>TLS settings of a gateway as a whole.</summary>
public sealed record GatewayTls
{
    /// <summary>The gateway as a client of backends.</summary>
    public GatewayBackendTls? Backend { get; init; }

    /// <summary>The gateway as a server.</summary>
    public GatewayFrontendTls? Frontend { get; init; }
}

/// <summary>TLS of a gateway as a client of backends.</summary>
public sealed record GatewayBackendTls
{
    /// <summary>A Secret with the certificate it shows.</summary>
    public SecretObjectReference? ClientCertificateRef { get; init; }
}

/// <summary>TLS of a gateway as a server.</summary>
public sealed record GatewayFrontendTls
{
    /// <summary>For all HTTPS listeners.</summary>
    [Required]
    public GatewayTlsConfig? Default { get; init; }

    /// <summary>For listeners of some ports, instead of the default.</summary>
    [Size(0, 64)]
    public ImmutableArray<GatewayPortTls> PerPort { get; init; } = [];
}

/// <summary>TLS towards clients.</summary>
public sealed record GatewayTlsConfig
{
    /// <summary>Verification of clients' certificates; null: none is asked for.</summary>
    public GatewayFrontendValidation? Validation { get; init; }
}

/// <summary>TLS towards clients on one port.</summary>
public sealed record GatewayPortTls
{
    /// <summary>The port.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>Its settings.</summary>
    [Required]
    public GatewayTlsConfig? Tls { get; init; }
}

/// <summary>Verification of clients' certificates.</summary>
public sealed record GatewayFrontendValidation
{
    /// <summary>ConfigMaps or other objects with the authorities, under the key ca.crt.</summary>
    [Required, Size(1, 8)]
    public ImmutableArray<GatewayObjectReference> CaCertificateRefs { get; init; } = [];

    /// <summary>Whether a client without a valid certificate is refused; null: AllowValidOnly.</summary>
    public GatewayFrontendValidationMode? Mode { get; init; }
}

/// <summary>Gateway API's FrontendValidationModeType.</summary>
[VerbatimNames]
public enum GatewayFrontendValidationMode
{
    /// <summary>It is refused.</summary>
    AllowValidOnly,

    /// <summary>It is let in, for the backend to judge.</summary>
    AllowInsecureFallback,
}
