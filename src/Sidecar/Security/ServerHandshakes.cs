using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Sidecar.Security.Files;

namespace Mesh.Sidecar.Security;

/// <summary>
/// Ends TLS for callers outside of the mesh. Their certificates, where they show any, prove nothing about the mesh: whatever names are in them, such a
/// caller has no identity here (docs/adr/0103). Safe for use from many threads.
/// </summary>
internal sealed class ServerHandshakes(TimeProvider time, ILogger log)
{
    private readonly RefusalLog _refusals = new(time, log);

    /// <summary>The stream owns <paramref name="inner"/>. Throws what <see cref="SslStream"/> throws, and <see cref="CertificateFileException"/>.</summary>
    public async Task<SslStream> AcceptAsync(Stream inner, DownstreamTlsModel tls, bool knowsEcdsa, CancellationToken cancellation)
    {
        var server = tls.Server!;
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Choose(server.Certificates, knowsEcdsa).TlsContext,
            ApplicationProtocols = tls.Alpn.Count > 0 ? tls.Alpn : null,
            EnabledSslProtocols = tls.Protocols,
            CipherSuitesPolicy = server.CipherSuites,
            // A resumed session would bring a client's certificate without its chain.
            AllowTlsResume = server.Clients is null,
            ClientCertificateRequired = server.Clients is not null,
        };
        if (server.Clients is { } clients)
        {
            var trust = clients.Authorities();
            options.CertificateChainPolicy = PeerVerifier.ChainPolicy(trust);
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Verify(tls, trust, certificate as X509Certificate2, chain, errors);
        }
        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsServerAsync(options, cancellation);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>An ECDSA certificate for those that can verify it, as BoringSSL does: it is the cheaper one to sign with.</summary>
    internal static KeyPairModel Choose(IReadOnlyList<Func<KeyPairModel>> certificates, bool knowsEcdsa)
    {
        if (certificates.Count == 1) return certificates[0]();
        KeyPairModel? other = null;
        CertificateFileException? missing = null;
        foreach (var certificate in certificates)
        {
            try
            {
                var pair = certificate();
                if (IsEcdsa(pair.Leaf) == knowsEcdsa) return pair;
                other ??= pair;
            }
            catch (CertificateFileException e)
            {
                // Logged where the file is read; the other certificate serves meanwhile.
                missing = e;
            }
        }
        return other ?? throw missing!;
    }

    private static bool IsEcdsa(X509Certificate2 certificate) => certificate.GetKeyAlgorithm() == "1.2.840.10045.2.1";

    private bool Verify(DownstreamTlsModel tls, TrustModel trust, X509Certificate2? client, X509Chain? chain, SslPolicyErrors errors)
    {
        var clients = tls.Server!.Clients!;
        if (client is null) return !clients.IsRequired || Refuse("a client", "it shows no certificate");
        // Clients are not known by the host name dialled.
        var problems = errors & ~SslPolicyErrors.RemoteCertificateNameMismatch;
        if (problems != SslPolicyErrors.None)
            return Refuse(client.Subject, $"{problems} {(chain is null ? "" : string.Join(", ", chain.ChainStatus.Select(s => s.Status.ToString())))}");
        if (trust.Revocations?.Refuse(chain!, time.GetUtcNow()) is { } revoked) return Refuse(client.Subject, revoked);
        if (!IsPinned(clients, client)) return Refuse(client.Subject, "neither its hash nor that of its key is one of those expected");
        return PeerVerifier.HasName(tls.PeerNames, SubjectNames.Of(client)) || Refuse(client.Subject, "none of its names is one of those expected");
    }

    private static bool IsPinned(ClientTlsModel clients, X509Certificate2 client)
    {
        if (clients.CertificateHashes.Count == 0 && clients.KeyHashes.Count == 0) return true;
        var whole = SHA256.HashData(client.RawData);
        var key = SHA256.HashData(client.PublicKey.ExportSubjectPublicKeyInfo());
        return clients.CertificateHashes.Any(h => h.AsSpan().SequenceEqual(whole)) || clients.KeyHashes.Any(h => h.AsSpan().SequenceEqual(key));
    }

    private bool Refuse(string peer, string reason)
    {
        _refusals.Add(peer, reason);
        return false;
    }
}
