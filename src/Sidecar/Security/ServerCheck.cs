using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Sidecar.Security;

/// <summary>
/// Decides whether a server outside of the mesh is the one that is meant: its certificate chains to a root (which the handshake has found), bears one of the names
/// wanted, and is not revoked.
/// </summary>
internal static class ServerCheck
{
    /// <summary>Why the server is refused, for the log; null for a good one.</summary>
    public static string? Refuse(
        X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, UpstreamTlsModel tls, string host, DateTimeOffset now)
    {
        if (certificate is not X509Certificate2 server || chain is null) return "no certificate";
        // Names are compared below: the name asked for need not be the one to be proven.
        var problems = errors & ~SslPolicyErrors.RemoteCertificateNameMismatch;
        if (problems != SslPolicyErrors.None)
            return $"its certificate '{server.Subject}' is not trusted: {string.Join(", ", chain.ChainStatus.Select(s => s.Status.ToString()))}";
        var originated = tls.Originated!;
        if (originated.ProvesHost && !(host.Length > 0 && server.MatchesHostname(host, allowWildcards: true, allowCommonName: false)))
            return $"its certificate '{server.Subject}' is not one of '{host}'";
        if (tls.PeerNames.Count > 0 && !Bears(server, tls.PeerNames)) return $"its certificate '{server.Subject}' bears none of the names expected";
        return (originated.Revocations?.Current() ?? originated.Roots?.Current().Revocations)?.Refuse(chain, now);
    }

    private static bool Bears(X509Certificate2 server, IReadOnlyList<SanMatcher> wanted)
    {
        var names = SubjectNames.Of(server);
        foreach (var matcher in wanted)
        {
            // A whole name is compared as hosts are: a certificate of *.example.com bears it too (Envoy).
            if (!matcher.IsUri && matcher.Match.Exact is { Length: > 0 } name && Uri.CheckHostName(name) != UriHostNameType.Unknown && server.MatchesHostname(name, allowWildcards: true, allowCommonName: false)) return true;
            foreach (var borne in matcher.IsUri ? names.Uris : names.DnsNames)
                if (matcher.Match.IsMatch(borne)) return true;
        }
        return false;
    }
}
