using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Mesh.Core.Identity;

namespace Mesh.Cluster.Certificates;

/// <summary>
/// Whether a presented certificate leads to our root and which SPIFFE ID it carries. Builds its own chain: the platform's judgement
/// knows nothing of a private root. Thread-safe.
/// </summary>
internal sealed class PeerVerifier(string trustDomain, X509Certificate2 root, TimeProvider time)
{
    private const string SubjectAlternativeName = "2.5.29.17";

    /// <summary>The one SPIFFE ID of a valid certificate of our trust domain; false for anything else.</summary>
    public bool TryVerify(X509Certificate2? certificate, IEnumerable<X509Certificate2> presented, [NotNullWhen(true)] out SpiffeId? id)
    {
        id = null;
        if (certificate is null || !IsIssuedByRoot(certificate, presented)) return false;
        return TryReadId(certificate, out id) && id.TrustDomain == trustDomain;
    }

    /// <summary>The certificate's only URI name, if it is a SPIFFE ID; the X.509-SVID specification allows exactly one.</summary>
    public static bool TryReadId(X509Certificate2 certificate, [NotNullWhen(true)] out SpiffeId? id)
    {
        id = null;
        var names = certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == SubjectAlternativeName);
        if (names is null) return false;
        try
        {
            var uris = ReadUris(names.RawData);
            return uris.Count == 1 && SpiffeId.TryParse(uris[0], out id);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private bool IsIssuedByRoot(X509Certificate2 certificate, IEnumerable<X509Certificate2> presented)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        foreach (var extra in presented) chain.ChainPolicy.ExtraStore.Add(extra);
        return chain.Build(certificate);
    }

    private static List<string> ReadUris(byte[] extension)
    {
        var uriTag = new Asn1Tag(TagClass.ContextSpecific, 6);
        var names = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        var uris = new List<string>();
        while (names.HasData)
        {
            if (names.PeekTag().HasSameClassAndValue(uriTag)) uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, uriTag));
            else names.ReadEncodedValue();
        }
        return uris;
    }
}
