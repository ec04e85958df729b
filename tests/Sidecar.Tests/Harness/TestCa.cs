using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Sidecar.Tests.Harness;

/// <summary>A root, an intermediate and SPIFFE leaves, as a replica signs them.</summary>
internal sealed class TestCa : IDisposable
{
    private readonly X509Certificate2 _intermediate;

    public TestCa()
    {
        Root = Authority("CN=test root", null);
        _intermediate = Authority("CN=test intermediate", Root);
    }

    public X509Certificate2 Root { get; }

    public IReadOnlyList<string> Sign(string csrPem, string spiffeId, TimeSpan life)
    {
        var csr = CertificateRequest.LoadSigningRequestPem(csrPem, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        using var leaf = Leaf(csr.PublicKey, spiffeId, life);
        return [leaf.ExportCertificatePem(), _intermediate.ExportCertificatePem(), Root.ExportCertificatePem()];
    }

    /// <summary>A certificate with its key, for a test client or server.</summary>
    public X509Certificate2 Issue(string spiffeId)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = Leaf(new PublicKey(key), spiffeId, TimeSpan.FromHours(1));
        using var withKey = leaf.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }

    public X509Certificate2Collection Intermediates() => [_intermediate];

    public void Dispose()
    {
        Root.Dispose();
        _intermediate.Dispose();
    }

    private X509Certificate2 Leaf(PublicKey key, string spiffeId, TimeSpan life)
    {
        var request = new CertificateRequest(new X500DistinguishedName("O=test"), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(spiffeId));
        request.CertificateExtensions.Add(names.Build(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        var now = TimeProvider.System.GetUtcNow();
        using var signer = _intermediate.GetECDsaPrivateKey()!;
        return request.Create(_intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), now.AddSeconds(-1), now + life,
            RandomNumberGenerator.GetBytes(12));
    }

    private static X509Certificate2 Authority(string name, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = TimeProvider.System.GetUtcNow();
        if (issuer is null) return request.CreateSelfSigned(now.AddHours(-1), now.AddDays(2));
        using var signed = request.Create(issuer, now.AddMinutes(-30), now.AddDays(1), RandomNumberGenerator.GetBytes(12));
        return signed.CopyWithPrivateKey(key);
    }
}
