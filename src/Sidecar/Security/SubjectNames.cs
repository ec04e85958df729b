using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Sidecar.Security;

/// <summary>The URI and DNS subject alternative names of a certificate (RFC 5280, 4.2.1.6).</summary>
internal sealed record SubjectNames(IReadOnlyList<string> Uris, IReadOnlyList<string> DnsNames)
{
    private static readonly SubjectNames None = new([], []);
    private static readonly Asn1Tag DnsTag = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    /// <summary>The names of <paramref name="certificate"/>; empty when it has none or they cannot be read.</summary>
    public static SubjectNames Of(X509Certificate2 certificate)
    {
        foreach (var extension in certificate.Extensions)
            if (extension.Oid?.Value == "2.5.29.17") return Parse(extension.RawData);
        return None;
    }

    private static SubjectNames Parse(byte[] raw)
    {
        var uris = new List<string>(1);
        var names = new List<string>(1);
        try
        {
            var sequence = new AsnReader(raw, AsnEncodingRules.DER).ReadSequence();
            while (sequence.HasData)
            {
                var tag = sequence.PeekTag();
                if (tag.HasSameClassAndValue(UriTag)) uris.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, UriTag));
                else if (tag.HasSameClassAndValue(DnsTag)) names.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, DnsTag));
                else sequence.ReadEncodedValue();
            }
        }
        catch (AsnContentException)
        {
            // A certificate whose names cannot be read proves no name.
            return None;
        }
        return new SubjectNames(uris, names);
    }
}
