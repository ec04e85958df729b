using System.Net.Security;
using Mesh.Sidecar.Security.Files;

namespace Mesh.Sidecar.Security;

/// <summary>How TLS ends for callers outside of the mesh: with certificates of files. Immutable; what the files hold is asked for in each handshake.</summary>
/// <param name="Certificates">One, or one for each kind of key.</param>
/// <param name="Clients">Whether and how clients are verified; null: they are not asked for a certificate.</param>
/// <param name="CipherSuites">Null: the platform's.</param>
internal sealed record ServerTlsModel(IReadOnlyList<Func<KeyPairModel>> Certificates, ClientTlsModel? Clients, CipherSuitesPolicy? CipherSuites);

/// <summary>What a client's certificate must be.</summary>
/// <param name="Authorities">Whose certificates are good.</param>
internal sealed record ClientTlsModel(Func<TrustModel> Authorities)
{
    /// <summary>Whether a client without a certificate is refused.</summary>
    public bool IsRequired { get; init; }

    /// <summary>SHA-256 of certificates and of public keys, of which one must match; empty: any.</summary>
    public IReadOnlyList<byte[]> CertificateHashes { get; init; } = [];

    public IReadOnlyList<byte[]> KeyHashes { get; init; } = [];
}
