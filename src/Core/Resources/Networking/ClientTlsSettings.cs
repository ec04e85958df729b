using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>TLS towards the endpoints of a host (Istio's ClientTLSSettings).</summary>
public sealed record ClientTlsSettings
{
    private const string OwnTls = "The mesh's own certificates are the only ones used yet; use mode ISTIO_MUTUAL alone, or DISABLE.";

    public ClientTlsMode Mode { get; init; }

    [NotEnforced(Stance.Refuse, OwnTls)]
    public string ClientCertificate { get; init; } = "";

    [NotEnforced(Stance.Refuse, OwnTls)]
    public string PrivateKey { get; init; } = "";

    [NotEnforced(Stance.Refuse, OwnTls)]
    public string CaCertificates { get; init; } = "";

    [NotEnforced(Stance.Refuse, OwnTls)]
    public string CredentialName { get; init; } = "";

    [NotEnforced(Stance.Refuse, OwnTls)]
    public ImmutableArray<string> SubjectAltNames { get; init; } = [];

    [NotEnforced(Stance.Refuse, OwnTls)]
    public string Sni { get; init; } = "";

    [NotEnforced(Stance.Refuse, "Servers are always verified.")]
    public bool? InsecureSkipVerify { get; init; }

    [NotEnforced(Stance.Refuse, OwnTls)]
    public string CaCrl { get; init; } = "";
}

/// <summary>How connections to endpoints are secured (Istio's ClientTLSSettings.TLSmode).</summary>
public enum ClientTlsMode
{
    Disable,

    [NotEnforced(Stance.Refuse, "TLS with certificates that are not the mesh's is not supported yet; use ISTIO_MUTUAL or DISABLE.")]
    Simple,

    [NotEnforced(Stance.Refuse, "TLS with certificates that are not the mesh's is not supported yet; use ISTIO_MUTUAL or DISABLE.")]
    Mutual,

    IstioMutual,
}
