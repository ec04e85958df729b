using Envoy.Config.Core.V3;
using Mesh.Sidecar.Tests.Harness;

namespace Mesh.Sidecar.Tests.Protocols;

/// <summary>HTTP/1 on the wire, through two proxies.</summary>
public sealed class Http1Tests
{
    private const string ChunkedAnswer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5;a=b;c=\"d e\"\r\nhello\r\n7\r\n, world\r\n0;last\r\nX-Sum: 12\r\n\r\n";

    [Fact]
    public async Task Http10_NotAccepted_IsToldToUpgrade()
    {
        await using var app = new WireApp();
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync("GET / HTTP/1.0\r\nHost: server\r\nConnection: keep-alive\r\n\r\n");
        var response = await client.ReadAsync();
        Assert.Equal((426, "close"), (response!.Status, response["Connection"]));
        Assert.Equal("", await client.ReadToEndAsync());
        Assert.Empty(app.Seen);
    }

    [Fact]
    public async Task Http10_Accepted_GoesOnInHttp11AndItsAnswerHasNoChunks()
    {
        await using var app = new WireApp(_ => ChunkedAnswer);
        await using var pair = await Http10PairAsync(app);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync("GET /old HTTP/1.0\r\nHost: server\r\n\r\n");
        var response = await client.ReadAsync();
        Assert.Equal((200, null, "hello, world"), (response!.Status, response["Transfer-Encoding"], response.Body));
        Assert.Equal("GET /old HTTP/1.1", Assert.Single(app.Seen).Line);
    }

    [Fact]
    public async Task Http10_AsksToKeepTheConnection_KeepsIt()
    {
        await using var app = new WireApp();
        await using var pair = await Http10PairAsync(app);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync("POST / HTTP/1.0\r\nHost: server\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nab");
            var response = await client.ReadAsync();
            Assert.Equal(("ok", "keep-alive"), (response!.Body, response["Connection"]));
        }
        await client.SendAsync("GET / HTTP/1.0\r\nHost: server\r\n\r\n");
        Assert.Equal("ok", (await client.ReadAsync())!.Body);
        Assert.Equal("", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Pipelined_Requests_AreAnsweredInTheirOrder()
    {
        await using var app = new WireApp(r => $"HTTP/1.1 200 OK\r\nContent-Length: {r.Line.Length}\r\n\r\n{r.Line}");
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync(string.Concat(Enumerable.Range(0, 50).Select(i => i % 2 == 0
            ? $"GET /{i} HTTP/1.1\r\nHost: server\r\n\r\n"
            : $"PUT /{i} HTTP/1.1\r\nHost: server\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")));
        for (var i = 0; i < 50; i++) Assert.Equal($"{(i % 2 == 0 ? "GET" : "PUT")} /{i} HTTP/1.1", (await client.ReadAsync())!.Body);
        Assert.Equal(1, pair.Client.Process.Connections.Total);
        Assert.All(app.Seen, r => Assert.Equal(r.Line.StartsWith("PUT", StringComparison.Ordinal) ? "abc" : "", r.Body));
    }

    /// <summary>An application that closes each connection after its answer, without saying so before.</summary>
    [Fact]
    public async Task Pipelined_ApplicationClosesEarly_AllAreAnswered()
    {
        var number = 0;
        await using var app = ScriptedServer.Start(async connection =>
        {
            if ((await connection.HeadAsync()).Length == 0) return;
            var text = $"{Interlocked.Increment(ref number)}";
            await connection.SayAsync($"HTTP/1.1 200 OK\r\nContent-Length: {text.Length}\r\n\r\n{text}");
        });
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync(string.Concat(Enumerable.Repeat("GET / HTTP/1.1\r\nHost: server\r\n\r\n", 40)));
        for (var i = 1; i <= 40; i++) Assert.Equal((200, $"{i}"), (await client.ReadAsync()) is { } response ? (response.Status, response.Body) : default);
    }

    /// <summary>A response that ends the connection ends it: what the client has sent behind it is not begun.</summary>
    [Fact]
    public async Task Pipelined_ClientAsksToClose_NothingBehindItIsBegun()
    {
        await using var app = new WireApp();
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync("GET /1 HTTP/1.1\r\nHost: server\r\n\r\nGET /2 HTTP/1.1\r\nHost: server\r\nConnection: close\r\n\r\nGET /3 HTTP/1.1\r\nHost: server\r\n\r\n");
        Assert.Equal("ok", (await client.ReadAsync())!.Body);
        Assert.Equal(("ok", "close"), (await client.ReadAsync()) is { } last ? (last.Body, last["Connection"]) : default);
        Assert.Equal("", await client.ReadToEndAsync());
        Assert.Equal(["GET /1 HTTP/1.1", "GET /2 HTTP/1.1"], app.Seen.Select(r => r.Line));
    }

    [Fact]
    public async Task Chunks_WithExtensions_ArriveWithoutThem()
    {
        await using var app = new WireApp(_ => ChunkedAnswer);
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: server\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=1;y=\"q\"\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\n");
        Assert.Equal("hello, world", (await client.ReadAsync())!.Body);
        Assert.Equal("abc0123456789", Assert.Single(app.Seen).Body);
    }

    /// <summary>As with Envoy's <c>enable_trailers</c>; a trailer that frames the message stays behind.</summary>
    [Fact]
    public async Task Trailers_OfHttp1_GoOnAndLeaveTheConnectionUsable()
    {
        await using var app = new WireApp(_ => ChunkedAnswer);
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync("POST / HTTP/1.1\r\nHost: server\r\nTransfer-Encoding: chunked\r\nTrailer: X-In\r\n\r\n3\r\nabc\r\n0\r\nX-In: 1\r\nContent-Length: 5\r\n\r\n");
            var response = await client.ReadAsync();
            Assert.Equal(("hello, world", "X-Sum: 12\r\n"), (response!.Body, response.Trailers));
        }
        Assert.All(app.Seen, r => Assert.Equal(("abc", null), (r.Body, r["Content-Length"])));
    }

    [Fact]
    public async Task Expectation_ThatIsMet_LetsTheBodyThrough()
    {
        await using var app = new WireApp();
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: server\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
        Assert.Equal(100, (await client.ReadAsync())!.Status);
        await client.SendAsync("abc");
        Assert.Equal("ok", (await client.ReadAsync())!.Body);
        var seen = Assert.Single(app.Seen);
        Assert.Equal(("abc", "100-continue"), (seen.Body, seen["Expect"]));
    }

    [Fact]
    public async Task Expectation_ThatIsRefused_SendsNoBody()
    {
        await using var app = new WireApp { Expecting = _ => "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" };
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: server\r\nExpect: 100-continue\r\nContent-Length: 300000000\r\n\r\n");
        // No 100 before it: the body was never asked for.
        Assert.Equal(413, (await client.ReadAsync())!.Status);
        Assert.Equal("", Assert.Single(app.Seen).Body);
    }

    [Fact]
    public async Task Expectation_OfARequestTheProxyAnswers_SendsNoBody()
    {
        await using var app = new WireApp();
        await using var pair = await Pair.StartAsync(app.Port, route: r => r.Cluster = "nobody");
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: server\r\nExpect: 100-continue\r\nContent-Length: 300000000\r\n\r\n");
        Assert.Equal(503, (await client.ReadAsync())!.Status);
        Assert.Empty(app.Seen);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: server\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n", 200)]
    [InlineData("GET / HTTP/1.1\r\nHost: server\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n", 403)]
    [InlineData("GET / HTTP/1.1\r\nHost: server\r\nUpgrade: other\r\n\r\n", 200)]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: server\r\n\r\n", 404)]
    [InlineData("CONNECT server:80 HTTP/1.1\r\nHost: server:80\r\n\r\n", 404)]
    public async Task Request_ForAnotherProtocol_IsAnsweredAsEnvoyDoes(string request, int status)
    {
        await using var app = new WireApp();
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync(request);
        Assert.Equal(status, (await client.ReadAsync())!.Status);
        Assert.All(app.Seen, r => Assert.Equal((null, null), (r["Upgrade"], r["HTTP2-Settings"])));
        if (request.StartsWith("CONNECT", StringComparison.Ordinal))
            await Eventually.TrueAsync(() => pair.Client.Process.Metrics.Requests.Any(r => r.Labels.Contains("response_flags=\"NR\"")));
    }

    /// <summary>Envoy's list: other tokens, also those that differ in case, are no methods of HTTP/1; what is no request at all is told so, too.</summary>
    [Theory]
    [InlineData("get", 400)]
    [InlineData("Get", 400)]
    [InlineData("FOO", 400)]
    [InlineData("G@T", 400)]
    [InlineData("PRI", 400)]
    [InlineData("M-SEARCH", 200)]
    [InlineData("PROPFIND", 200)]
    [InlineData("PURGE", 200)]
    public async Task Method_OfHttp1_IsOneOfEnvoysOrRefused(string method, int status)
    {
        await using var app = new WireApp();
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync($"{method} / HTTP/1.1\r\nHost: server\r\n\r\n");
        Assert.Equal(status, (await client.ReadAsync())!.Status);
        if (status == 200) Assert.Equal($"{method} / HTTP/1.1", Assert.Single(app.Seen).Line);
        else Assert.Equal("", await client.ReadToEndAsync());
    }

    [Theory]
    [InlineData("\u0001\u0002\u0003 binary\r\n\r\n")]
    [InlineData("*1\r\n$4\r\nPING\r\n")]
    public async Task Bytes_ThatAreNoHttp_AreAnsweredAndTheConnectionEnds(string bytes)
    {
        await using var app = new WireApp();
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync(bytes);
        Assert.Equal(400, (await client.ReadAsync())!.Status);
        Assert.Equal("", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Head_WithLength_HasNoBodyAndKeepsTheConnection()
    {
        await using var app = new WireApp(_ => "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync("HEAD / HTTP/1.1\r\nHost: server\r\n\r\n");
            Assert.Equal("1234", (await client.ReadAsync(hasBody: false))!["Content-Length"]);
        }
    }

    private static Task<Pair> Http10PairAsync(WireApp app) =>
        Pair.StartAsync(app.Port, manager: m => m.HttpProtocolOptions = new Http1ProtocolOptions { AcceptHttp10 = true });
}
