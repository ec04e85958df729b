using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Cluster.Settings;
using Mesh.Core.Identity;

namespace Mesh.Cluster.Certificates;

/// <summary>
/// The replica's own certificate, for peers, agents and API clients: key made in memory at start, signed by the root directly, so that
/// the leaf alone proves it. It is not exchanged while the replica runs, hence its long life; a restart renews it.
/// </summary>
internal static class ReplicaCertificate
{
    /// <summary>The name agents and API clients may expect.</summary>
    public const string DnsName = "mesh-cluster.mesh-system.svc";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);
    private static readonly OidCollection ServerAndClient = [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")];

    public static X509Certificate2 Create(ClusterOptions options, IRootSigner root, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={options.Name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(ServerAndClient, false));
        request.CertificateExtensions.Add(Names(options));
        var now = time.GetUtcNow();
        using var certificate = root.Sign(request, now - LeafSigner.Backdate, now + Lifetime);
        return certificate.CopyWithPrivateKey(key);
    }

    private static X509Extension Names(ClusterOptions options)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(SpiffeId.ForReplica(options.TrustDomain, options.Name).ToString()));
        names.AddDnsName(DnsName);
        names.AddIpAddress(IPAddress.Parse(options.Address));
        return names.Build();
    }
}
