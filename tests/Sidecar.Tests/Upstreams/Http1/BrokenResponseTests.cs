using System.Net;
using Mesh.Sidecar.Tests.Harness;

namespace Mesh.Sidecar.Tests.Upstreams.Http1;

/// <summary>Through a proxy: what is no response is none for the client, and a part is never taken for the whole.</summary>
public sealed class BrokenResponseTests
{
    private const string Name = "outbound|80||app.default.svc.cluster.local";
    private const string Identity = "spiffe://cluster.local/ns/default/sa/server";
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    [Fact]
    public async Task Malformed_IsABadGatewayAndCountsAsProtocolError()
    {
        var answers = MalformedResponses.Heads.Concat(MalformedResponses.Framings).Select(row => row.Data.Item1)
            .Append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")
            .Append("HTTP/1.1 200 OK\r\n" + new string('a', 70_000) + ": b\r\n\r\n").ToArray();
        var next = -1;
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.HeadAsync();
            await connection.SayAsync(answers[Volatile.Read(ref next)]);
            // The end of the connection must not be what tells the proxy.
            await connection.HeadAsync();
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        for (next = 0; next < answers.Length; next++)
        {
            using var response = await proxy.Http.GetAsync("/");
            Assert.True(response.StatusCode == HttpStatusCode.BadGateway, $"{(int)response.StatusCode} for {answers[next][..Math.Min(80, answers[next].Length)]}");
        }
        await proxy.FlaggedAsync("UPE");
        Assert.Single(proxy.Outcomes());
    }

    [Theory]
    [MemberData(nameof(MalformedResponses.Bodies), MemberType = typeof(MalformedResponses))]
    [MemberData(nameof(MalformedResponses.Trailers), MemberType = typeof(MalformedResponses))]
    public async Task MalformedBody_IsCut(string body, string fault)
    {
        Assert.NotEmpty(fault);
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.HeadAsync();
            await connection.SayAsync(Chunked + body);
            await connection.HeadAsync();
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        await AssertCutAsync(proxy);
        await proxy.FlaggedAsync("UPE");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")]
    [InlineData(Chunked + "5\r\nhello\r\n")]
    [InlineData(Chunked + "5\r\nhel")]
    [InlineData(Chunked + "5\r\nhello\r\n0\r\n")]
    [InlineData(Chunked + "5\r\nhello\r\n0\r\nA: b\r\n")]
    public async Task ConnectionThatEndsEarly_IsCut(string answer)
    {
        await using var server = ScriptedServer.Say(answer);
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        await AssertCutAsync(proxy);
        await proxy.FlaggedAsync("UC");
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    public async Task ConnectionThatEndsBeforeTheHeadDoes_IsUnavailable(string answer)
    {
        await using var server = ScriptedServer.Say(answer);
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        using var response = await proxy.Http.GetAsync("/");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        await proxy.FlaggedAsync("UC");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhello")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello")]
    public async Task BodyUntilTheEnd_InPlainText_IsWhole(string answer)
    {
        await using var server = ScriptedServer.Say(answer);
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        Assert.Equal("hello", await proxy.Http.GetStringAsync("/"));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhello", false, true)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhello", true, false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", true, true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", false, false)]
    public async Task BodyOverTls_WithoutAnEndThatTlsVouchesFor_IsCut(string answer, bool cut, bool whole)
    {
        using var ca = new TestCa();
        await using var server = ScriptedServer.StartTls(ca, Identity, async connection =>
        {
            await connection.HeadAsync();
            await connection.SayAsync(answer);
            if (cut) connection.Cut();
            else await ((System.Net.Security.SslStream)connection.Stream).ShutdownAsync();
        });
        var port = FreePort.Next();
        await using var proxy = await TestProxy.StartAsync(ca, "client", configure: agent =>
        {
            agent.Set(TypeUrls.Cluster, Name, Xds.EdsCluster(Name, mutualTls: true, Identity));
            agent.Set(TypeUrls.ClusterLoadAssignment, Name, Xds.Endpoints(Name, server.Port));
            agent.Set(TypeUrls.Listener, "out", Xds.Http("out", port, "out"));
            agent.Set(TypeUrls.RouteConfiguration, "out", Xds.Routes("out", Xds.To(Name)));
        });
        await proxy.ReadyAsync();
        using var client = await RawClient.ConnectAsync(port);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        var (text, isCut, isOver) = await client.ReadAsync(t => t.EndsWith(whole && answer.Contains("Length") ? "hello" : "0\r\n\r\n", StringComparison.Ordinal));
        Assert.StartsWith("HTTP/1.1 200", text.Length > 0 ? text : "HTTP/1.1 200", StringComparison.Ordinal);
        Assert.Equal((!whole, !whole), (isCut, isOver));
    }

    [Fact]
    public async Task CutResponse_ToHttp2Client_IsReset()
    {
        await using var server = ScriptedServer.Say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port], Http1Only);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => proxy.Http.SendAsync(request));
    }

    internal static void Http1Only(Envoy.Config.Cluster.V3.Cluster cluster) => cluster.TypedExtensionProtocolOptions["http"] = Xds.Pack(
        TypeUrls.HttpProtocolOptions, new Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions { ExplicitHttpConfig = new() { HttpProtocolOptions = new() } });

    // Whatever of it arrived, it ends in a reset and never with the end of chunks.
    private static async Task AssertCutAsync(OutboundProxy proxy)
    {
        using var client = await RawClient.ConnectAsync(proxy.Port);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        var (text, isCut, _) = await client.ReadAllAsync();
        Assert.True(isCut, text);
        Assert.DoesNotContain("\r\n0\r\n", text);
    }
}
