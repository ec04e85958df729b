using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>TLS on a gateway's port (Istio's ServerTLSSettings).</summary>
public sealed record ServerTlsSettings
{
    public bool HttpsRedirect { get; init; }

    public ServerTlsMode Mode { get; init; }

    public string ServerCertificate { get; init; } = "";

    public string PrivateKey { get; init; } = "";

    public string CaCertificates { get; init; } = "";

    public string CaCrl { get; init; } = "";

    public string CredentialName { get; init; } = "";

    public ImmutableArray<string> CredentialNames { get; init; } = [];

    public string CaCertCredentialName { get; init; } = "";

    public ImmutableArray<TlsCertificate> TlsCertificates { get; init; } = [];

    public ImmutableArray<string> SubjectAltNames { get; init; } = [];

    public ImmutableArray<string> VerifyCertificateSpki { get; init; } = [];

    public ImmutableArray<string> VerifyCertificateHash { get; init; } = [];

    public TlsProtocol MinProtocolVersion { get; init; }

    public TlsProtocol MaxProtocolVersion { get; init; }

    public ImmutableArray<string> CipherSuites { get; init; } = [];
}

/// <summary>One certificate by file names.</summary>
public sealed record TlsCertificate
{
    public string ServerCertificate { get; init; } = "";

    public string PrivateKey { get; init; } = "";

    public string CaCertificates { get; init; } = "";
}

/// <summary>What a gateway does with TLS (Istio's ServerTLSSettings.TLSmode).</summary>
public enum ServerTlsMode
{
    Passthrough,
    Simple,
    Mutual,
    AutoPassthrough,
    IstioMutual,
    OptionalMutual,
}

/// <summary>A TLS version.</summary>
public enum TlsProtocol
{
    TlsAuto,

    [ApiName("TLSV1_0")]
    Tls10,

    [ApiName("TLSV1_1")]
    Tls11,

    [ApiName("TLSV1_2")]
    Tls12,

    [ApiName("TLSV1_3")]
    Tls13,
}
