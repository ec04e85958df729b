using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Cluster.Certificates;

/// <summary>One issuing certificate with its key; immutable.</summary>
internal sealed record IssuerModel(X509Certificate2 Certificate, ECDsa Key);

/// <summary>
/// This replica's own issuing intermediate: its key never leaves the process, so leaves are signed here without quorum and the loss of
/// a replica loses nothing. Made anew at half its life. <see cref="Current"/> is thread-safe.
/// </summary>
internal sealed class IssuingAuthority(string replica, IRootSigner root, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);
    private readonly Lock _renewing = new();
    private volatile IssuerModel? _issuer;

    public X509Certificate2 Root => root.Certificate;

    public IssuerModel Current()
    {
        if (_issuer is { } issuer && !IsDue(issuer)) return issuer;
        lock (_renewing)
        {
            // The old key is left to the collector: a signature with it may be under way on another thread.
            if (_issuer is null || IsDue(_issuer)) _issuer = Create();
            return _issuer;
        }
    }

    private bool IsDue(IssuerModel issuer) =>
        time.GetUtcNow() > issuer.Certificate.NotBefore.ToUniversalTime() + Lifetime / 2;

    private IssuerModel Create()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=mesh issuing {replica}, O=mesh", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (root.Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } rootId)
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(rootId));
        var now = time.GetUtcNow();
        return new IssuerModel(root.Sign(request, now - LeafSigner.Backdate, now + Lifetime), key);
    }
}
