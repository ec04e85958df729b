using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Sidecar.Security;

/// <summary>Starts TLS with a server outside of the mesh, with the files as they are now.</summary>
internal static class OriginatedHandshake
{
    private static readonly List<SslApplicationProtocol> Http1Protocols = [SslApplicationProtocol.Http11];
    private static readonly List<SslApplicationProtocol> Http2Protocols = [SslApplicationProtocol.Http2];

    /// <param name="inner">Owned by the stream returned; closed on failure.</param>
    /// <param name="tls">One with <see cref="UpstreamTlsModel.Originated"/>.</param>
    /// <param name="host">The request's server name, where there is a request.</param>
    /// <param name="protocol">What is to be spoken.</param>
    /// <param name="refusals">Hears why servers are refused.</param>
    /// <param name="time">For what no longer holds.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<TlsPeer> ConnectAsync(
        Stream inner, UpstreamTlsModel tls, string host, AppProtocol protocol, RefusalLog refusals, TimeProvider time, CancellationToken cancellation)
    {
        var originated = tls.Originated!;
        var asked = originated.AsksForHost ? host : tls.Sni;
        string? refusal = null;
        var options = new SslClientAuthenticationOptions
        {
            // The platform sends no SNI for an address.
            TargetHost = asked,
            // Envoy, too, offers what the connection is for, and nothing for TCP.
            ApplicationProtocols = protocol switch { AppProtocol.Http2 => Http2Protocols, AppProtocol.Http1 => Http1Protocols, _ => null },
            EnabledSslProtocols = tls.Protocols,
            ClientCertificateContext = originated.Client?.Current().TlsContext,
            // A resumed session has the peer's leaf but not its intermediate.
            AllowTlsResume = false,
            CertificateChainPolicy = originated is { IsVerified: true, Roots: { } roots } ? PeerVerifier.ChainPolicy(roots.Current()) : SystemPolicy(),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                !originated.IsVerified || (refusal = ServerCheck.Refuse(certificate, chain, errors, tls, host, time.GetUtcNow())) is null,
        };
        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsClientAsync(options, cancellation);
            return new TlsPeer(stream, null, stream.NegotiatedApplicationProtocol);
        }
        catch (AuthenticationException e) when (refusal is not null)
        {
            await stream.DisposeAsync();
            var server = asked.Length > 0 ? asked : "server";
            refusals.Add(server, refusal);
            throw new AuthenticationException($"{server} refused: {refusal}", e);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private static X509ChainPolicy SystemPolicy() =>
        new() { TrustMode = X509ChainTrustMode.System, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
}
