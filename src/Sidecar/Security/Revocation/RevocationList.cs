using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Sidecar.Security.Revocation;

/// <summary>
/// One certificate revocation list (RFC 5280, 5): who issued it, until when it holds, and the serial numbers in it. .NET offers no chain a list of
/// somebody's own, only such as it fetches itself. Immutable but for the signature's result, which is found once for each issuer.
/// </summary>
internal sealed class RevocationList
{
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 0);

    private readonly byte[] _signed;
    private readonly byte[] _signature;
    private readonly string _algorithm;
    private readonly HashSet<string> _serials;
    private volatile string? _signer;

    private RevocationList(byte[] signed, byte[] signature, string algorithm, byte[] issuer, DateTimeOffset? nextUpdate, HashSet<string> serials) =>
        (_signed, _signature, _algorithm, Issuer, NextUpdate, _serials) = (signed, signature, algorithm, issuer, nextUpdate, serials);

    /// <summary>The issuer's name in DER.</summary>
    public byte[] Issuer { get; }

    public DateTimeOffset? NextUpdate { get; }

    /// <summary>Reads DER; throws <see cref="CryptographicException"/>.</summary>
    public static RevocationList Parse(byte[] der)
    {
        try
        {
            // CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue }
            var outer = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            var signed = outer.PeekEncodedValue().ToArray();
            var list = outer.ReadSequence();
            var algorithm = outer.ReadSequence().ReadObjectIdentifier();
            var signature = outer.ReadBitString(out _);
            return ReadList(list, signed, signature, algorithm);
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException($"a revocation list that cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Whether <paramref name="issuer"/> has signed it.</summary>
    public bool IsSignedBy(X509Certificate2 issuer)
    {
        if (_signer == issuer.Thumbprint) return true;
        if (!issuer.SubjectName.RawData.AsSpan().SequenceEqual(Issuer) || !VerifySignature(issuer)) return false;
        _signer = issuer.Thumbprint;
        return true;
    }

    public bool Contains(X509Certificate2 certificate) => _serials.Contains(Convert.ToHexString(certificate.SerialNumberBytes.Span));

    private static RevocationList ReadList(AsnReader list, byte[] signed, byte[] signature, string algorithm)
    {
        if (list.PeekTag().HasSameClassAndValue(Asn1Tag.Integer)) list.ReadInteger();
        list.ReadSequence();
        var issuer = list.ReadEncodedValue().ToArray();
        ReadTime(list);
        DateTimeOffset? nextUpdate = list.HasData && IsTime(list.PeekTag()) ? ReadTime(list) : null;
        var serials = new HashSet<string>(StringComparer.Ordinal);
        if (list.HasData && list.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            var entries = list.ReadSequence();
            while (entries.HasData) serials.Add(Convert.ToHexString(entries.ReadSequence().ReadIntegerBytes().Span));
        }
        if (list.HasData && list.PeekTag().HasSameClassAndValue(ExtensionsTag)) RefuseUnknown(list.ReadSequence(ExtensionsTag).ReadSequence());
        return new RevocationList(signed, signature, algorithm, issuer, nextUpdate, serials);
    }

    // A critical extension that is not understood says that the list does not mean what it seems to (5.2): delta and indirect lists among them.
    private static void RefuseUnknown(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean())
                throw new CryptographicException($"a revocation list with a critical extension that is not supported ({oid}); delta and partitioned lists are not");
        }
    }

    private static bool IsTime(Asn1Tag tag) => tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private bool VerifySignature(X509Certificate2 issuer)
    {
        var (hash, isRsa) = _algorithm switch
        {
            "1.2.840.113549.1.1.11" => (HashAlgorithmName.SHA256, true),
            "1.2.840.113549.1.1.12" => (HashAlgorithmName.SHA384, true),
            "1.2.840.113549.1.1.13" => (HashAlgorithmName.SHA512, true),
            "1.2.840.10045.4.3.2" => (HashAlgorithmName.SHA256, false),
            "1.2.840.10045.4.3.3" => (HashAlgorithmName.SHA384, false),
            "1.2.840.10045.4.3.4" => (HashAlgorithmName.SHA512, false),
            _ => default,
        };
        if (hash.Name is null) return false;
        if (isRsa)
        {
            using var rsa = issuer.GetRSAPublicKey();
            return rsa is not null && rsa.VerifyData(_signed, _signature, hash, RSASignaturePadding.Pkcs1);
        }
        using var ecdsa = issuer.GetECDsaPublicKey();
        return ecdsa is not null && ecdsa.VerifyData(_signed, _signature, hash, DSASignatureFormat.Rfc3279DerSequence);
    }
}
