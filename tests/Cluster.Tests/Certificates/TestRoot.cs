using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Cluster.Certificates;

namespace Mesh.Cluster.Tests.Certificates;

/// <summary>A root in memory.</summary>
internal sealed class TestRoot : IRootSigner, IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestRoot(TimeProvider time)
    {
        var request = new CertificateRequest("CN=root", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Certificate = request.CreateSelfSigned(time.GetUtcNow().AddDays(-1), time.GetUtcNow().AddYears(10));
    }

    public X509Certificate2 Certificate { get; }

    public X509Certificate2 Sign(CertificateRequest request, DateTimeOffset notBefore, DateTimeOffset notAfter) =>
        request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), notBefore, notAfter, SerialNumbers.Next());

    public void Dispose()
    {
        _key.Dispose();
        Certificate.Dispose();
    }
}
