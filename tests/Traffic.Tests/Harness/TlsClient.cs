using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Traffic.Tests.Harness;

/// <summary>What a client of TLS asks for and shows. It takes every certificate, and says in headers <c>x-tls-*</c> of the answer which it got.</summary>
internal sealed class TlsStep
{
    /// <summary>In place of the URL's host; empty: none.</summary>
    public string? Sni { get; set; }

    /// <summary>One of <see cref="TlsFiles"/>' clients; null: none.</summary>
    public string? Certificate { get; set; }

    /// <summary><c>1.2</c> or <c>1.3</c>; null: both.</summary>
    public string? Version { get; set; }

    /// <summary>A cipher suite of TLS 1.2 by its IANA name, the only one of the client.</summary>
    public string? Cipher { get; set; }
}

/// <summary>One client; used for one connection after another.</summary>
internal sealed class TlsClient(TlsStep step, string host, TlsFiles files)
{
    /// <summary>What became of a connection whose handshake failed.</summary>
    public Answer Refused { get; private set; } = new(0, new Dictionary<string, string>(), "", false);

    /// <summary>Null when the handshake fails.</summary>
    public async ValueTask<SslStream?> ConnectAsync(Stream inner, string alpn, CancellationToken cancellation)
    {
        var stream = new SslStream(inner);
        try
        {
            await stream.AuthenticateAsClientAsync(Options(alpn), cancellation);
            return stream;
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            await stream.DisposeAsync();
            Refused = new Answer(0, new Dictionary<string, string> { ["x-tls"] = "refused" }, e.Message, false);
            return null;
        }
    }

    public Answer Describe(SslStream stream, Answer answer) => answer with
    {
        Headers = new Dictionary<string, string>(answer.Headers)
        {
            ["x-tls"] = (stream.SslProtocol == SslProtocols.Tls13 ? "1.3" : "1.2") + " " + stream.NegotiatedApplicationProtocol,
            ["x-tls-certificate"] = ((X509Certificate2)stream.RemoteCertificate!).GetNameInfo(X509NameType.SimpleName, false),
            ["x-tls-key"] = ((X509Certificate2)stream.RemoteCertificate!).PublicKey.Oid.FriendlyName ?? "",
            ["x-tls-cipher"] = stream.NegotiatedCipherSuite.ToString(),
        },
    };

    private SslClientAuthenticationOptions Options(string alpn)
    {
        var certificate = step.Certificate is null ? null : files.Client(step.Certificate);
        return new SslClientAuthenticationOptions
        {
            TargetHost = step.Sni ?? host,
            ApplicationProtocols = [new SslApplicationProtocol(alpn)],
            EnabledSslProtocols = step.Version switch { "1.2" => SslProtocols.Tls12, "1.3" => SslProtocols.Tls13, _ => SslProtocols.Tls12 | SslProtocols.Tls13 },
            CipherSuitesPolicy = step.Cipher is null ? null : Only(Enum.Parse<TlsCipherSuite>(step.Cipher)),
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        };
    }

#pragma warning disable CA1416 // These tests run on Linux.
    private static CipherSuitesPolicy Only(TlsCipherSuite suite) => new([suite]);
#pragma warning restore CA1416
}
