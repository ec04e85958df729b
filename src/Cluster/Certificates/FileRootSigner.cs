using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Cluster.Settings;

namespace Mesh.Cluster.Certificates;

/// <summary>The root as two PEM files, an ECDSA P-256 key in PKCS#8. Meant for one machine; every replica there reads them.</summary>
internal sealed class FileRootSigner : IRootSigner, IDisposable
{
    private readonly ECDsa _key = ECDsa.Create();

    public FileRootSigner(RootOptions options)
    {
        Certificate = X509CertificateLoader.LoadCertificateFromFile(options.Certificate);
        _key.ImportFromPem(File.ReadAllText(options.Key));
        using var mine = Certificate.GetECDsaPublicKey();
        if (mine is null || !mine.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(_key.ExportSubjectPublicKeyInfo()))
            throw new InvalidOperationException($"{options.Key} is not the ECDSA key of {options.Certificate}");
        var constraints = Certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault();
        if (constraints is not { CertificateAuthority: true })
            throw new InvalidOperationException($"{options.Certificate} is not a certificate authority");
    }

    public X509Certificate2 Certificate { get; }

    public X509Certificate2 Sign(CertificateRequest request, DateTimeOffset notBefore, DateTimeOffset notAfter) =>
        request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key),
            Max(notBefore, Certificate.NotBefore), Min(notAfter, Certificate.NotAfter), SerialNumbers.Next());

    public void Dispose()
    {
        _key.Dispose();
        Certificate.Dispose();
    }

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
