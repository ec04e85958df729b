using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>TLS on a gateway's port, or on an ingress listener of a sidecar (Istio's ServerTLSSettings).</summary>
public sealed record ServerTlsSettings
{
    /// <summary>Answers every request with a redirect (301) to HTTPS; only for plain HTTP ports. Default false.</summary>
    public bool HttpsRedirect { get; init; }

    /// <summary>Whether TLS is ended here, and whether clients must show a certificate. The default is PASSTHROUGH.</summary>
    public ServerTlsMode Mode { get; init; }

    /// <summary>File with the server's certificate and its chain, on the proxy's machine, read again when it changes. Needed for SIMPLE, MUTUAL and OPTIONAL_MUTUAL without a credential.</summary>
    public string ServerCertificate { get; init; } = "";

    /// <summary>File with the server's private key. Needed as serverCertificate.</summary>
    public string PrivateKey { get; init; } = "";

    /// <summary>File with the authorities that clients are verified against. Needed for MUTUAL and OPTIONAL_MUTUAL without a credential.</summary>
    public string CaCertificates { get; init; } = "";

    /// <summary>File with the list of revoked client certificates; only with files, and where clients are verified.</summary>
    public string CaCrl { get; init; } = "";

    /// <summary>
    /// In place of files the directory with certificate, key and, for MUTUAL, authorities, below the directory of credentials on the gateway's
    /// machine; as Kubernetes mounts a Secret. Excludes credentialNames and tlsCertificates.
    /// </summary>
    public string CredentialName { get; init; } = "";

    /// <summary>As credentialName, up to two credentials with certificates of different key types (RSA and ECDSA). Since Istio 1.26.</summary>
    public ImmutableArray<string> CredentialNames { get; init; } = [];

    /// <summary>The credential with the authorities that clients are verified against, in place of those in credentialName. Since Istio 1.28.</summary>
    public string CaCertCredentialName { get; init; } = "";

    /// <summary>Up to two certificates of different key types by files; excludes serverCertificate, privateKey and credentials. Since Istio 1.26.</summary>
    public ImmutableArray<TlsCertificate> TlsCertificates { get; init; } = [];

    /// <summary>Names of which the client's certificate must carry one; empty: any.</summary>
    public ImmutableArray<string> SubjectAltNames { get; init; } = [];

    /// <summary>Base64 SHA-256 hashes of the public keys of client certificates that are accepted; empty: any.</summary>
    public ImmutableArray<string> VerifyCertificateSpki { get; init; } = [];

    /// <summary>Hexadecimal SHA-256 hashes of client certificates that are accepted, with or without colons; empty: any.</summary>
    public ImmutableArray<string> VerifyCertificateHash { get; init; } = [];

    /// <summary>The oldest TLS version accepted; TLS_AUTO: 1.2.</summary>
    public TlsProtocol MinProtocolVersion { get; init; }

    /// <summary>The newest TLS version accepted; TLS_AUTO: 1.3.</summary>
    public TlsProtocol MaxProtocolVersion { get; init; }

    /// <summary>Cipher suites for TLS 1.2 and older by OpenSSL's names, best first; empty: those that the platform's OpenSSL has in use. Unknown ones are ignored.</summary>
    public ImmutableArray<string> CipherSuites { get; init; } = [];
}

/// <summary>One certificate by file names.</summary>
public sealed record TlsCertificate
{
    /// <summary>File with the certificate.</summary>
    public string ServerCertificate { get; init; } = "";

    /// <summary>File with the private key.</summary>
    public string PrivateKey { get; init; } = "";

    /// <summary>Has no meaning here: clients are verified against caCertificates of the settings.</summary>
    [NotEnforced(Stance.Ignore, "Clients are verified against caCertificates of the settings.")]
    public string CaCertificates { get; init; } = "";
}

/// <summary>What a gateway does with TLS (Istio's ServerTLSSettings.TLSmode).</summary>
public enum ServerTlsMode
{
    /// <summary>Passed on unopened, routed by server name through VirtualServices.</summary>
    Passthrough,

    /// <summary>Ended here.</summary>
    Simple,

    /// <summary>Ended here; clients must show a certificate.</summary>
    Mutual,

    /// <summary>Passed on unopened to the service the server name encodes, without VirtualServices; for gateways between networks.</summary>
    [NotEnforced(Stance.Refuse, "A mesh is one network; use PASSTHROUGH and VirtualServices with tls rules.")]
    AutoPassthrough,

    /// <summary>As MUTUAL, with the certificates the mesh gives to every workload.</summary>
    IstioMutual,

    /// <summary>As MUTUAL, but clients without a certificate are accepted.</summary>
    OptionalMutual,
}

/// <summary>A TLS version.</summary>
public enum TlsProtocol
{
    /// <summary>The mesh's choice.</summary>
    TlsAuto,

    /// <summary>TLS 1.0, broken since long.</summary>
    [ApiName("TLSV1_0")]
    Tls10,

    /// <summary>TLS 1.1, broken since long.</summary>
    [ApiName("TLSV1_1")]
    Tls11,

    /// <summary>TLS 1.2.</summary>
    [ApiName("TLSV1_2")]
    Tls12,

    /// <summary>TLS 1.3.</summary>
    [ApiName("TLSV1_3")]
    Tls13,
}
