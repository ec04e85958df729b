using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mesh.Cli.Client;
using Mesh.Cli.Local.Planning;
using Mesh.Core.Identity;

namespace Mesh.Cli.Local.Tour;

/// <summary>
/// Every workload shows a certificate of its own SPIFFE identity under the mesh's root; a client without one, in TLS or in plain text, gets
/// nothing; and the sidecars' own accounts say that every request between them came over mutual TLS.
/// </summary>
internal sealed class MutualTlsStop : ITourStop
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Title => "mutual TLS";

    public async Task<string> RunAsync(TourContext tour, CancellationToken cancel)
    {
        var root = PinnedRoot.Load(tour.Run.State.RootCertificate);
        var identities = new SortedSet<string>(StringComparer.Ordinal);
        var sidecars = tour.Sidecars.ToArray();
        foreach (var sidecar in sidecars)
        {
            identities.Add(await IdentityAsync(sidecar, tour.Run.Plan.TrustDomain, root, cancel));
            await RefusesPlainTextAsync(sidecar, cancel);
        }
        var (mutual, other) = await CountByPolicyAsync(tour, sidecars, cancel);
        TourFailure.Unless(mutual > 0 && other == 0, $"{mutual} requests came over mutual TLS and {other} did not");
        return $"{sidecars.Length} workloads show {identities.Count} SPIFFE identities under the root; plain text and clients without a certificate refused by all; {mutual} of {mutual} requests over mutual TLS";
    }

    private static async Task<string> IdentityAsync(ProxiedWorkload sidecar, string trustDomain, PinnedRoot root, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        using var tcp = new TcpClient();
        var (address, port) = Inbound(sidecar);
        await tcp.ConnectAsync(address, port, limit.Token);
        string? identity = null;
        var trusted = false;
        await using var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, certificate, chain, _) =>
        {
            identity = certificate is null ? null : UriOf(certificate);
            trusted = root.IsUnderRoot(certificate, chain);
            return true; // what is asserted is asserted below
        });
        var answered = await AnsweredWithoutCertificateAsync(tls, limit.Token);
        var expected = SpiffeId.ForWorkload(trustDomain, sidecar.Registration.Namespace, sidecar.Registration.ServiceAccount).ToString();
        TourFailure.Unless(trusted && identity == expected, $"{sidecar.Id} shows {identity ?? "no certificate"}{(trusted ? "" : ", not under the root")}; expected {expected}");
        TourFailure.Unless(!answered, $"{sidecar.Id} answered a client without a certificate");
        return identity!;
    }

    /// <summary>In TLS 1.3 the refusal comes after the client's side of the handshake, so a request is sent and its answer awaited.</summary>
    private static async Task<bool> AnsweredWithoutCertificateAsync(SslStream tls, CancellationToken cancel)
    {
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "tour.invalid", ApplicationProtocols = [new SslApplicationProtocol("istio-http/1.1"), SslApplicationProtocol.Http11],
            }, cancel);
            await tls.WriteAsync("GET / HTTP/1.1\r\nHost: tour\r\nConnection: close\r\n\r\n"u8.ToArray(), cancel);
            return await tls.ReadAsync(new byte[1], cancel) > 0;
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return false;
        }
    }

    private static async Task RefusesPlainTextAsync(ProxiedWorkload sidecar, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        using var tcp = new TcpClient();
        var (address, port) = Inbound(sidecar);
        var buffer = new byte[64];
        var read = 0;
        try
        {
            await tcp.ConnectAsync(address, port, limit.Token);
            await tcp.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: tour\r\nConnection: close\r\n\r\n"u8.ToArray(), limit.Token);
            read = await tcp.GetStream().ReadAsync(buffer, limit.Token);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Reset: as good a refusal as a close.
        }
        TourFailure.Unless(read == 0, $"{sidecar.Id} answered plain text: {Encoding.ASCII.GetString(buffer, 0, read).Split('\n')[0].Trim()}");
    }

    private static async Task<(long Mutual, long Other)> CountByPolicyAsync(TourContext tour, IEnumerable<ProxiedWorkload> sidecars, CancellationToken cancel)
    {
        var (mutual, other) = (0.0, 0.0);
        foreach (var sidecar in sidecars)
            foreach (var sample in (await tour.ScrapeAsync(sidecar, cancel)).Where(s => s.Name == "istio_requests_total" && s.Label("reporter") == "destination"))
                _ = sample.Label("connection_security_policy") == "mutual_tls" ? mutual += sample.Value : other += sample.Value;
        return ((long)mutual, (long)other);
    }

    private static (string Address, int Port) Inbound(ProxiedWorkload sidecar) =>
        (sidecar.Registration.Address, int.Parse(sidecar.Registration.Ports.Keys.First(), System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The URI of the certificate's subject alternative names (RFC 5280, 4.2.1.6): a context-specific tag 6.</summary>
    private static string? UriOf(X509Certificate certificate)
    {
        using var parsed = new X509Certificate2(certificate);
        if (parsed.Extensions.FirstOrDefault(e => e.Oid?.Value == "2.5.29.17") is not { } names) return null;
        var reader = new System.Formats.Asn1.AsnReader(names.RawData, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence();
        var uri = new System.Formats.Asn1.Asn1Tag(System.Formats.Asn1.TagClass.ContextSpecific, 6);
        while (reader.HasData)
        {
            if (reader.PeekTag() == uri) return reader.ReadCharacterString(System.Formats.Asn1.UniversalTagNumber.IA5String, uri);
            reader.ReadEncodedValue();
        }
        return null;
    }
}
