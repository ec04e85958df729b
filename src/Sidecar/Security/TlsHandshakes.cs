using System.Net.Security;
using System.Security.Authentication;

namespace Mesh.Sidecar.Security;

/// <summary>What a finished handshake told of the peer.</summary>
internal sealed record TlsPeer(SslStream Stream, string? SpiffeId, SslApplicationProtocol Alpn);

/// <summary>Both sides of the mesh's TLS handshake, with the identity and trust of the moment.</summary>
internal sealed class TlsHandshakes(WorkloadIdentity identity, PeerVerifier verifier, ServerHandshakes? servers = null)
{
    public static readonly SslApplicationProtocol IstioHttp11 = new("istio-http/1.1");
    public static readonly SslApplicationProtocol IstioH2 = new("istio-h2");
    public static readonly SslApplicationProtocol IstioPeerExchange = new("istio-peer-exchange");
    public static readonly SslApplicationProtocol Istio = new("istio");

    /// <summary>All that peers of this mesh offer.</summary>
    public static readonly SslApplicationProtocol[] AllProtocols =
        [IstioH2, IstioHttp11, SslApplicationProtocol.Http2, SslApplicationProtocol.Http11, IstioPeerExchange, Istio];

    private static readonly List<SslApplicationProtocol> Http1Protocols = [IstioHttp11, SslApplicationProtocol.Http11];
    private static readonly List<SslApplicationProtocol> Http2Protocols = [IstioH2, SslApplicationProtocol.Http2];
    private static readonly List<SslApplicationProtocol> TcpProtocols = [Istio];

    /// <summary>Ends TLS as server; the stream owns <paramref name="inner"/>. Throws what <see cref="SslStream"/> throws.</summary>
    public async Task<TlsPeer> AcceptAsync(Stream inner, DownstreamTlsModel tls, bool knowsEcdsa, CancellationToken cancellation)
    {
        if (tls.Server is not null)
        {
            var served = await servers!.AcceptAsync(inner, tls, knowsEcdsa, cancellation);
            return new TlsPeer(served, null, served.NegotiatedApplicationProtocol);
        }
        var (own, trust) = Required();
        string? peer = null;
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = own.TlsContext,
            ApplicationProtocols = tls.Alpn,
            ClientCertificateRequired = tls.RequireClientCertificate,
            // A resumed session has the peer's leaf but not its intermediate, so its chain could not be verified again.
            AllowTlsResume = false,
            EnabledSslProtocols = tls.Protocols,
            CertificateChainPolicy = PeerVerifier.ChainPolicy(trust),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                !tls.RequireClientCertificate || verifier.TryVerify(certificate, chain, errors, tls.PeerNames, out peer),
        };
        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        return await FinishAsync(stream, stream.AuthenticateAsServerAsync(options, cancellation), () => peer);
    }

    /// <summary>
    /// Starts TLS as client; the stream owns <paramref name="inner"/>. Throws what <see cref="SslStream"/> throws. <paramref name="host"/> is the server name of
    /// the request that the connection is for, where there is one; only servers outside of the mesh are asked for it.
    /// </summary>
    public Task<TlsPeer> ConnectAsync(Stream inner, UpstreamTlsModel tls, string host, AppProtocol protocol, CancellationToken cancellation) => tls.Originated is null
        ? ConnectToPeerAsync(inner, tls, protocol, cancellation)
        : OriginatedHandshake.ConnectAsync(inner, tls, host, protocol, verifier.Refusals, verifier.Time, cancellation);

    private async Task<TlsPeer> ConnectToPeerAsync(Stream inner, UpstreamTlsModel tls, AppProtocol protocol, CancellationToken cancellation)
    {
        var (own, trust) = Required();
        string? peer = null;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = tls.Sni,
            ApplicationProtocols = protocol switch
            {
                AppProtocol.Http2 => Http2Protocols,
                AppProtocol.Http1 => Http1Protocols,
                _ => TcpProtocols,
            },
            EnabledSslProtocols = tls.Protocols,
            ClientCertificateContext = tls.PresentCertificate ? own.TlsContext : null,
            AllowTlsResume = false,
            CertificateChainPolicy = PeerVerifier.ChainPolicy(trust),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                verifier.TryVerify(certificate, chain, errors, tls.PeerNames, out peer),
        };
        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        return await FinishAsync(stream, stream.AuthenticateAsClientAsync(options, cancellation), () => peer);
    }

    private static async Task<TlsPeer> FinishAsync(SslStream stream, Task handshake, Func<string?> peer)
    {
        try
        {
            await handshake;
            return new TlsPeer(stream, peer(), stream.NegotiatedApplicationProtocol);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private (IdentityModel Own, TrustModel Trust) Required()
    {
        if (identity is { Current: { } own, Trust: { } trust }) return (own, trust);
        throw new AuthenticationException("this proxy has no certificate yet");
    }
}

internal enum AppProtocol
{
    Http1,
    Http2,
    Tcp,
}
