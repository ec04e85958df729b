using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Core.Identity;

namespace Mesh.Cluster.Certificates;

/// <summary>Signs short-lived leaves. Takes the public key from the CSR, after its signature, and nothing else from it. Thread-safe.</summary>
internal sealed class LeafSigner(IssuingAuthority authority, TimeProvider time, TimeSpan longest)
{
    /// <summary>Clocks of two machines differ by less; an older start would only widen what a stolen key can be used for.</summary>
    public static readonly TimeSpan Backdate = TimeSpan.FromMinutes(1);

    private static readonly OidCollection ServerAndClient = [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")];

    /// <summary>
    /// The chain, leaf first, root last, each PEM. <paramref name="group"/> becomes the subject's OU.
    /// </summary>
    /// <exception cref="CryptographicException">The CSR cannot be read, is not signed by its key, or the key is too weak.</exception>
    public IReadOnlyList<string> Sign(string csrPem, SpiffeId identity, TimeSpan? lifetime, string? group = null)
    {
        var publicKey = CsrReader.ReadPublicKey(csrPem);
        var issuer = authority.Current();
        var now = time.GetUtcNow();
        var notAfter = now + Clamp(lifetime);
        if (notAfter > issuer.Certificate.NotAfter) notAfter = issuer.Certificate.NotAfter;
        using var leaf = Request(publicKey, identity, issuer.Certificate, group).Create(
            issuer.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(issuer.Key), now - Backdate, notAfter, SerialNumbers.Next());
        return [leaf.ExportCertificatePem(), issuer.Certificate.ExportCertificatePem(), authority.Root.ExportCertificatePem()];
    }

    private TimeSpan Clamp(TimeSpan? lifetime) =>
        lifetime is { } asked && asked > TimeSpan.Zero && asked < longest ? asked : longest;

    private static CertificateRequest Request(PublicKey key, SpiffeId identity, X509Certificate2 issuer, string? group)
    {
        var request = new CertificateRequest(Subject(group), key, HashAlgorithmName.SHA256);
        var extensions = request.CertificateExtensions;
        extensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        extensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        extensions.Add(new X509EnhancedKeyUsageExtension(ServerAndClient, false));
        extensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(identity.ToString()));
        // RFC 5280 4.2.1.6: critical when the subject is empty.
        extensions.Add(names.Build(critical: group is null));
        return request;
    }

    private static X500DistinguishedName Subject(string? group)
    {
        var subject = new X500DistinguishedNameBuilder();
        // Never a common name: where a certificate has no DNS name TLS clients take that for one, and an agent chooses its own node name.
        if (group is not null) subject.AddOrganizationalUnitName(group);
        return subject.Build();
    }
}
