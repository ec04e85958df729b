using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NodeAgent.Tests.Fakes;

/// <summary>A root of a trust domain that lives as long as a test.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Epoch = TimeProvider.System.GetUtcNow();

    private readonly X509Certificate2 _root;

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _root = request.CreateSelfSigned(Epoch.AddHours(-1), Epoch.AddDays(1));
    }

    public string RootPem => _root.ExportCertificatePem();

    public X509Certificate2 Root => _root;

    /// <summary>A replica's certificate with its key.</summary>
    public X509Certificate2 Replica()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("mesh-cluster.mesh-system.svc");
        names.AddIpAddress(IPAddress.Loopback);
        using var leaf = Sign(new CertificateRequest("CN=replica", key, HashAlgorithmName.SHA256), names);
        return leaf.CopyWithPrivateKey(key);
    }

    /// <summary>Signs a CSR for a SPIFFE ID; leaf and root as PEM.</summary>
    public string[] Sign(string csr, string spiffeId)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(spiffeId));
        var request = CertificateRequest.LoadSigningRequestPem(csr, HashAlgorithmName.SHA256);
        using var leaf = Sign(new CertificateRequest(request.SubjectName, request.PublicKey, HashAlgorithmName.SHA256), names);
        return [leaf.ExportCertificatePem() + "\n", RootPem + "\n"];
    }

    public void Dispose() => _root.Dispose();

    private X509Certificate2 Sign(CertificateRequest request, SubjectAlternativeNameBuilder names)
    {
        request.CertificateExtensions.Add(names.Build());
        return request.Create(_root.SubjectName, X509SignatureGenerator.CreateForECDsa(_root.GetECDsaPrivateKey()!), Epoch.AddMinutes(-5), Epoch.AddHours(12), RandomNumberGenerator.GetBytes(8));
    }
}
