using Envoy.Config.Core.V3;
using Mesh.Sidecar.Tests.Harness;

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
