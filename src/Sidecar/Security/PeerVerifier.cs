using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.Core.Identity;

namespace Mesh.Sidecar.Security;

/// <summary>
/// Decides whether a peer's certificate is good: it chains to a root of the trust bundle (which <see cref="X509ChainPolicy"/> checks in
/// the handshake), bears exactly one SPIFFE ID, of our trust domain, and one of the names wanted. The answer outside is a TLS alert and
/// nothing else; the reason is in our log (STYLE rule 34).
/// </summary>
internal sealed class PeerVerifier(string trustDomain, TimeProvider time, ILogger log)
{
    /// <summary>Where refusals are told.</summary>
    public RefusalLog Refusals { get; } = new(time, log);

    public TimeProvider Time => time;

    public static X509ChainPolicy ChainPolicy(TrustModel trust)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(trust.Roots);
        return policy;
    }

    /// <summary>Judges a mesh peer. <paramref name="spiffeId"/> is its identity when the answer is true.</summary>
    public bool TryVerify(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, IReadOnlyList<SanMatcher> wanted, out string? spiffeId)
    {
        spiffeId = null;
        if (certificate is not X509Certificate2 peer) return Refuse("none", "no certificate");
        // SPIFFE peers are known by URI, not by the host name dialled.
        var problems = errors & ~SslPolicyErrors.RemoteCertificateNameMismatch;
        if (problems != SslPolicyErrors.None) return Refuse(peer.Subject, $"{problems} {ChainStatus(chain)}");
        var names = SubjectNames.Of(peer);
        // X.509-SVID, section 2: exactly one URI.
        if (names.Uris.Count != 1 || !SpiffeId.TryParse(names.Uris[0], out var id)) return Refuse(peer.Subject, "not exactly one SPIFFE ID");
        if (id.TrustDomain != trustDomain) return Refuse(names.Uris[0], "foreign trust domain");
        if (!HasName(wanted, names)) return Refuse(names.Uris[0], "not one of the identities expected");
        spiffeId = names.Uris[0];
        return true;
    }

    /// <summary>Whether one of the names is wanted; without any wanted, all are.</summary>
    public static bool HasName(IReadOnlyList<SanMatcher> wanted, SubjectNames names)
    {
        if (wanted.Count == 0) return true;
        foreach (var matcher in wanted)
            foreach (var name in matcher.IsUri ? names.Uris : names.DnsNames)
                if (matcher.Match.IsMatch(name)) return true;
        return false;
    }

    private static string ChainStatus(X509Chain? chain) =>
        chain is null ? "" : string.Join(", ", chain.ChainStatus.Select(s => s.Status.ToString()));

    private bool Refuse(string peer, string reason)
    {
        Refusals.Add(peer, reason);
        return false;
    }
}
