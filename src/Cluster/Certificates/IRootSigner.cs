using System.Security.Cryptography.X509Certificates;

namespace Mesh.Cluster.Certificates;

/// <summary>
/// The trust domain's root: signs replicas' own certificates and their issuing intermediates, nothing else. A port: the key may be
/// a file, or stay in a KMS that never hands it out. Thread-safe.
/// </summary>
internal interface IRootSigner
{
    X509Certificate2 Certificate { get; }

    /// <summary>Signs the request's names and extensions; serial number and issuer are added here.</summary>
    X509Certificate2 Sign(CertificateRequest request, DateTimeOffset notBefore, DateTimeOffset notAfter);
}
