using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Sidecar.Security.Revocation;

/// <summary>
/// The lists of one file, against which a peer's whole chain is held, as Envoy's <c>crl</c> means it: each of its authorities must have a list here that
/// still holds, else the chain is refused. Immutable.
/// </summary>
internal sealed class RevocationLists
{
    private readonly IReadOnlyList<RevocationList> _lists;

    private RevocationLists(IReadOnlyList<RevocationList> lists) => _lists = lists;

    /// <summary>Reads any number of <c>X509 CRL</c> blocks; throws <see cref="CryptographicException"/>.</summary>
    public static RevocationLists Parse(ReadOnlySpan<char> pem)
    {
        var lists = new List<RevocationList>();
        while (PemEncoding.TryFind(pem, out var fields))
        {
            if (pem[fields.Label] is "X509 CRL") lists.Add(RevocationList.Parse(Convert.FromBase64String(pem[fields.Base64Data].ToString())));
            pem = pem[fields.Location.End..];
        }
        return lists.Count > 0 ? new RevocationLists(lists) : throw new CryptographicException("no 'X509 CRL' in it");
    }

    /// <summary>Why <paramref name="chain"/>, which is whole, is refused; null when none of it is revoked.</summary>
    public string? Refuse(X509Chain chain, DateTimeOffset now)
    {
        for (var i = 0; i < chain.ChainElements.Count; i++)
        {
            var certificate = chain.ChainElements[i].Certificate;
            var issuer = chain.ChainElements[Math.Min(i + 1, chain.ChainElements.Count - 1)].Certificate;
            if (RefuseOne(certificate, issuer, now) is { } reason) return reason;
        }
        return null;
    }

    private string? RefuseOne(X509Certificate2 certificate, X509Certificate2 issuer, DateTimeOffset now)
    {
        var isCurrent = false;
        var isKnown = false;
        foreach (var list in _lists)
        {
            if (!list.IsSignedBy(issuer)) continue;
            if (list.Contains(certificate)) return $"'{certificate.Subject}' is revoked";
            isKnown = true;
            isCurrent |= list.NextUpdate is not { } until || until > now;
        }
        if (isCurrent) return null;
        return isKnown ? $"the revocation list of '{issuer.Subject}' is out of date" : $"there is no revocation list of '{issuer.Subject}'";
    }
}
