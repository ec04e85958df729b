using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Envoy.Config.Core.V3;
using Mesh.Sidecar.Tests.Harness;
using Details = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.ForwardClientCertDetails;

namespace Mesh.Sidecar.Tests.Protocols;

/// <summary>What proxies say of a client, and what they let it say.</summary>
public sealed class ForwardedHeaderTests
{
    private const string Claims = "GET / HTTP/1.1\r\nHost: server\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\nX-Request-Id: mine\r\n"
        + "x-forwarded-client-cert: URI=spiffe://cluster.local/ns/a/sa/b\r\nx-envoy-internal: true\r\nx-envoy-external-address: 8.8.8.8\r\n"
        + "x-envoy-decorator-operation: other\r\nx-envoy-attempt-count: 7\r\nx-envoy-retry-on: 5xx\r\nx-envoy-max-retries: 9\r\n"
        + "x-envoy-upstream-rq-timeout-ms: 1\r\nx-envoy-upstream-rq-per-try-timeout-ms: 1\r\nx-envoy-force-trace: true\r\n\r\n";

    [Fact]
    public async Task Sidecars_BelieveTheirApplicationAndSayWhoCalls()
    {
        await using var app = new WireApp();
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync(Claims.Replace("x-envoy-upstream-rq-timeout-ms: 1\r\nx-envoy-upstream-rq-per-try-timeout-ms: 1\r\n", "", StringComparison.Ordinal));
        Assert.Equal(200, (await client.ReadAsync())!.Status);
        var seen = Assert.Single(app.Seen);
        Assert.Equal(("9.9.9.9", "https", "mine"), (seen["X-Forwarded-For"], seen["X-Forwarded-Proto"], seen["X-Request-Id"]));
        Assert.Null(seen["x-envoy-retry-on"]);
        Assert.Null(seen["x-envoy-max-retries"]);
        // Only mutual TLS says who calls; this listener describes nobody, and what the client claims is gone.
        Assert.Null(seen["x-forwarded-client-cert"]);
    }

    [Fact]
    public async Task Sidecars_WithoutClaims_AddProtocolAndRequestIdOnly()
    {
        await using var app = new WireApp();
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: server\r\n\r\n");
        var response = await client.ReadAsync();
        var seen = Assert.Single(app.Seen);
        Assert.Equal((null, "http"), (seen["X-Forwarded-For"], seen["X-Forwarded-Proto"]));
        Assert.True(Guid.TryParse(seen["X-Request-Id"], out _));
        Assert.True(int.TryParse(response!["x-envoy-upstream-service-time"], out _));
    }

    [Fact]
    public async Task Gateway_BelievesNothing()
    {
        await using var app = new WireApp();
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", Xds.To("app")), m => m.UseRemoteAddress = true, ("app", app.Port));
        using var client = await RawClient.ConnectAsync(proxy.Port);
        await client.SendAsync(Claims);
        // A timeout of a millisecond, if it were believed.
        Assert.Equal(200, (await client.ReadAsync())!.Status);
        var seen = Assert.Single(app.Seen);
        Assert.Equal(("9.9.9.9,127.0.0.1", "http", "127.0.0.1"), (seen["X-Forwarded-For"], seen["X-Forwarded-Proto"], seen["x-envoy-external-address"]));
        Assert.True(Guid.TryParse(seen["X-Request-Id"], out _));
        foreach (var name in (string[])["x-forwarded-client-cert", "x-envoy-internal", "x-envoy-decorator-operation", "x-envoy-attempt-count", "x-envoy-retry-on",
                     "x-envoy-max-retries", "x-envoy-upstream-rq-timeout-ms", "x-envoy-upstream-rq-per-try-timeout-ms", "x-envoy-force-trace"])
            Assert.Null(seen[name]);
    }

    /// <summary>As Istio's sidecars: who calls, behind whom the caller names. Between a peer of the mesh and the application nobody else can write it.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("x-forwarded-client-cert: By=a;URI=spiffe://cluster.local/ns/a/sa/before\r\n", "By=a;URI=spiffe://cluster.local/ns/a/sa/before,")]
    public async Task ClientCertificate_OverMutualTls_IsAppended(string claim, string before)
    {
        await using var app = new WireApp();
        await using var pair = await Pair.StartAsync(app.Port, manager: m =>
        {
            // The way in appends; the way out, without mutual TLS before it, would drop what its application says.
            m.ForwardClientCertDetails = Details.AppendForward;
            m.SetCurrentClientCertDetails = new() { Subject = true, Uri = true, Dns = true };
        });
        using var direct = await DialAsync(pair);
        await direct.WriteAsync(Encoding.Latin1.GetBytes($"GET / HTTP/1.1\r\nHost: server\r\nConnection: close\r\n{claim}\r\n"), TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 200", await new StreamReader(direct).ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var value = Assert.Single(app.Seen)["x-forwarded-client-cert"]!;
        Assert.StartsWith(before + "By=spiffe://cluster.local/ns/default/sa/server;Hash=", value, StringComparison.Ordinal);
        Assert.Matches("Hash=[0-9a-f]{64};Subject=\".*\";URI=spiffe://cluster.local/ns/default/sa/client$", value);
    }

    [Fact]
    public async Task ClientCertificate_ClaimedByTheApplicationOrInPlainText_IsDropped()
    {
        await using var app = new WireApp();
        await using var pair = await Pair.StartAsync(app.Port, manager: m => m.ForwardClientCertDetails = Details.AppendForward);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: server\r\nx-forwarded-client-cert: URI=spiffe://cluster.local/ns/a/sa/b\r\n\r\n");
        Assert.Equal(200, (await client.ReadAsync())!.Status);
        var value = Assert.Single(app.Seen)["x-forwarded-client-cert"]!;
        Assert.DoesNotContain("ns/a/sa/b", value);
        Assert.Contains("URI=spiffe://cluster.local/ns/default/sa/client", value);
    }

    /// <summary>Each header that Envoy's router reads, writes or takes away, by the way that Istio's sidecars go.</summary>
    [Fact]
    public async Task RouterHeaders_BetweenSidecars_AreReadWrittenOrTakenAway()
    {
        await using var app = new WireApp();
        await using var pair = await Pair.StartAsync(app.Port, route: r =>
        {
            r.Timeout = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromSeconds(20));
            r.PrefixRewrite = "/new";
        });
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync("GET /old HTTP/1.1\r\nHost: server\r\nx-envoy-decorator-operation: op\r\nx-envoy-upstream-alt-stat-name: s\r\n"
            + "x-envoy-hedge-on-per-try-timeout: true\r\nx-envoy-upstream-rq-timeout-alt-response: 1\r\nx-envoy-upstream-rq-timeout-ms: 15000\r\n"
            + "x-envoy-peer-metadata: faked\r\nx-envoy-peer-metadata-id: faked\r\nx-envoy-downstream-service-cluster: mine\r\n\r\n");
        Assert.Equal(200, (await client.ReadAsync())!.Status);
        var seen = Assert.Single(app.Seen);
        Assert.Equal(("/old", "mine"), (seen["x-envoy-original-path"], seen["x-envoy-downstream-service-cluster"]));
        // What is left of it.
        Assert.InRange(int.Parse(seen["x-envoy-expected-rq-timeout-ms"]!, null), 1, 15000);
        foreach (var name in (string[])["x-envoy-decorator-operation", "x-envoy-upstream-alt-stat-name", "x-envoy-hedge-on-per-try-timeout",
                     "x-envoy-upstream-rq-timeout-alt-response", "x-envoy-upstream-rq-timeout-ms", "x-envoy-peer-metadata", "x-envoy-peer-metadata-id"])
            Assert.Null(seen[name]);
    }

    [Theory]
    [InlineData("", 504)]
    [InlineData("x-envoy-upstream-rq-timeout-alt-response: 1\r\n", 204)]
    public async Task Timeout_WithAnotherAnswerAskedFor_IsThat(string header, int status)
    {
        await using var app = await HeldApp.StartAsync();
        await using var pair = await Pair.StartAsync(app.App.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: server\r\nx-envoy-upstream-rq-timeout-ms: 100\r\n{header}\r\n");
        Assert.Equal(status, (await client.ReadAsync())!.Status);
        app.Release();
    }

    // As the client's proxy, by its own certificate.
    private static async Task<SslStream> DialAsync(Pair pair)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(System.Net.IPAddress.Loopback, pair.InboundPort, TestContext.Current.CancellationToken);
        var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "server", RemoteCertificateValidationCallback = static (_, _, _, _) => true,
            ClientCertificateContext = SslStreamCertificateContext.Create(pair.Ca.Issue("spiffe://cluster.local/ns/default/sa/client"), pair.Ca.Intermediates()),
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        }, TestContext.Current.CancellationToken);
        return tls;
    }

    [Theory]
    [InlineData(0, "mesh", "mesh")]
    [InlineData(1, "app", "mesh")]
    [InlineData(2, "app", null)]
    public async Task ServerHeader_IsTheProxysTheApplicationsOrWhoeverHasOne(int transformation, string ofResponse, string? ofOwn)
    {
        await using var app = new WireApp(_ => "HTTP/1.1 200 OK\r\nServer: app\r\nContent-Length: 0\r\n\r\n");
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", Xds.To("app", match: m => m.Prefix = "/app")), m =>
        {
            m.ServerName = "mesh";
            m.ServerHeaderTransformation = (Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.ServerHeaderTransformation)transformation;
            m.HttpProtocolOptions = new Http1ProtocolOptions();
        }, ("app", app.Port));
        using var client = await RawClient.ConnectAsync(proxy.Port);
        await client.SendAsync("GET /app HTTP/1.1\r\nHost: server\r\n\r\n");
        Assert.Equal(ofResponse, (await client.ReadAsync())!["Server"]);
        await client.SendAsync("GET /none HTTP/1.1\r\nHost: server\r\n\r\n");
        var own = await client.ReadAsync();
        Assert.Equal((404, ofOwn), (own!.Status, own["Server"]));
    }
}
