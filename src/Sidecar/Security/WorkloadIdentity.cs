using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.Core.Identity;

namespace Mesh.Sidecar.Security;

/// <summary>
/// The certificate in force and its prepared TLS context. Immutable; the private key lives in the certificate object only and is never
/// written anywhere.
/// </summary>
internal sealed class IdentityModel(SpiffeId id, X509Certificate2 leaf, X509Certificate2Collection chain)
{
    public SpiffeId Id { get; } = id;

    /// <summary><see cref="Id"/> as metrics and peers write it.</summary>
    public string Principal { get; } = id.ToString();
    public X509Certificate2 Leaf { get; } = leaf;
    public X509Certificate2Collection Chain { get; } = chain;

    // Caches the native context per certificate: a handshake neither rebuilds the chain nor copies the key.
    public SslStreamCertificateContext TlsContext { get; } = SslStreamCertificateContext.Create(leaf, chain, offline: true);
}

/// <summary>The roots that peers are verified against. Immutable.</summary>
internal sealed record TrustModel(X509Certificate2Collection Roots)
{
    /// <summary>What these have taken back; null: nothing is known of that.</summary>
    public Revocation.RevocationLists? Revocations { get; init; }
}

/// <summary>
/// Holds identity and trust of this process. Swapped whole by one writer each, read once a handshake; connections made before a swap
/// go on with what they were made with.
/// </summary>
internal sealed class WorkloadIdentity
{
    private volatile IdentityModel? _identity;
    private volatile TrustModel? _issuedRoots;
    private volatile TrustModel? _bundle;

    public IdentityModel? Current => _identity;

    /// <summary>The trust bundle that discovery sent, else the root that came with our own certificate.</summary>
    public TrustModel? Trust => _bundle ?? _issuedRoots;

    public void Install(IdentityModel identity, X509Certificate2 root)
    {
        _issuedRoots = new TrustModel([root]);
        _identity = identity;
    }

    public void InstallBundle(X509Certificate2Collection roots) => _bundle = new TrustModel(roots);
}
