using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>TLS towards the endpoints of a host (Istio's ClientTLSSettings).</summary>
public sealed record ClientTlsSettings
{
    /// <summary>Whether TLS is used, and with whose certificates. The default is DISABLE.</summary>
    public ClientTlsMode Mode { get; init; }

    /// <summary>File with the client's certificate. Needed for MUTUAL without credentialName.</summary>
    public string ClientCertificate { get; init; } = "";

    /// <summary>File with the client's private key. Needed for MUTUAL without credentialName.</summary>
    public string PrivateKey { get; init; } = "";

    /// <summary>File with the authorities that servers are verified against; empty: those of the operating system.</summary>
    public string CaCertificates { get; init; } = "";

    /// <summary>
    /// The secret with key, certificate, authorities (<c>cacert</c> or <c>ca.crt</c>) and revocation list, in place of files. At
    /// sidecars only in a rule with a workloadSelector.
    /// </summary>
    [NotEnforced(Stance.Refuse, "Certificates by secret are not supported yet; use files: caCertificates, clientCertificate and privateKey.")]
    public string CredentialName { get; init; } = "";

    /// <summary>Names of which the server's certificate must carry one; empty: the host that is called.</summary>
    public ImmutableArray<string> SubjectAltNames { get; init; } = [];

    /// <summary>The server name asked for, which the certificate must carry unless subjectAltNames say otherwise; empty: the request's Host, or the host of a TCP port.</summary>
    public string Sni { get; init; } = "";

    /// <summary>Whether the server's certificate is not verified at all; excludes authorities and subjectAltNames. Null: it is verified.</summary>
    public bool? InsecureSkipVerify { get; init; }

    /// <summary>File with the list of revoked certificates; empty: none are looked up. Not together with credentialName.</summary>
    public string CaCrl { get; init; } = "";
}

/// <summary>How connections to endpoints are secured (Istio's ClientTLSSettings.TLSmode).</summary>
public enum ClientTlsMode
{
    /// <summary>Plain text.</summary>
    Disable,

    /// <summary>TLS without a certificate of the client.</summary>
    Simple,

    /// <summary>TLS with the given certificate of the client.</summary>
    Mutual,

    /// <summary>TLS with the certificates the mesh gives to every workload; of the other fields only sni and subjectAltNames mean anything.</summary>
    IstioMutual,
}
