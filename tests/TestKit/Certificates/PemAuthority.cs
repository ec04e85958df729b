using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.TestKit.Certificates;

/// <summary>An authority outside of any mesh, which writes what it issues as PEM; lives as long as a test.</summary>
public sealed class PemAuthority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;

    public PemAuthority(string name = "test-authority")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _root = request.CreateSelfSigned(Start, Start.AddDays(3));
    }

    private DateTimeOffset Start { get; } = TimeProvider.System.GetUtcNow().AddDays(-1);

    public string RootPem => _root.ExportCertificatePem();

    /// <summary>A certificate with its key, for DNS names, URIs and IP addresses, for both sides of TLS.</summary>
    public X509Certificate2 Issue(params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_root, true, false));
        var subjects = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (name.Contains("://", StringComparison.Ordinal)) subjects.AddUri(new Uri(name));
            else if (IPAddress.TryParse(name, out var address)) subjects.AddIpAddress(address);
            else subjects.AddDnsName(name);
        }
        request.CertificateExtensions.Add(subjects.Build());
        // Positive, and not beginning with zeros.
        byte[] serial = [0x40, .. RandomNumberGenerator.GetBytes(11)];
        using var signed = request.Create(_root, Start, Start.AddDays(2), serial);
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    /// <summary>The list of what is revoked, good until <paramref name="nextUpdate"/>.</summary>
    public string RevocationListPem(DateTimeOffset nextUpdate, params X509Certificate2[] revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked) builder.AddEntry(certificate);
        var list = builder.Build(_root, 1, nextUpdate, HashAlgorithmName.SHA256, null, Start);
        return PemEncoding.WriteString("X509 CRL", list);
    }

    /// <summary>As <see cref="Issue"/>, in two files <c>NAME.crt</c> and <c>NAME.key</c>.</summary>
    public (string Certificate, string Key) Write(string directory, string file, params string[] names)
    {
        using var certificate = Issue(names);
        var (crt, key) = (Path.Combine(directory, file + ".crt"), Path.Combine(directory, file + ".key"));
        using var ecdsa = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(key, ecdsa.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(crt, certificate.ExportCertificatePem());
        return (crt, key);
    }

    public void Dispose()
    {
        _root.Dispose();
        _key.Dispose();
    }
}
