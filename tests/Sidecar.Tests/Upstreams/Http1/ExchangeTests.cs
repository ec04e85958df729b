using System.Net;
using System.Text;
using Mesh.Sidecar.Tests.Harness;

namespace Mesh.Sidecar.Tests.Upstreams.Http1;

/// <summary>Requests and responses that go side by side, with all that is around their bodies.</summary>
public sealed class ExchangeTests
{
    private const string Name = "outbound|80||app.default.svc.cluster.local";

    [Fact]
    public async Task FullDuplex_AnswersComeWhileTheRequestGoesOn()
    {
        await using var app = await TestApp.StartAsync(async c =>
        {
            var buffer = new byte[100];
            int count;
            while ((count = await c.Request.Body.ReadAsync(buffer)) > 0)
            {
                await c.Response.Body.WriteAsync(buffer.AsMemory(0, count));
                await c.Response.Body.FlushAsync();
            }
        });
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: server:80\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (var i = 0; i < 5; i++)
        {
            await client.SendAsync($"2\r\nm{i}\r\n");
            var (text, _, isOver) = await client.ReadAsync(t => t.EndsWith($"m{i}\r\n", StringComparison.Ordinal));
            Assert.False(isOver, text);
        }
        await client.SendAsync("0\r\n\r\n");
        await client.ReadAsync(t => t.EndsWith("0\r\n\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task EarlyAnswer_IsDeliveredWhileTheBodyIsStillComing()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.HeadAsync();
            await connection.SayAsync("HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\nConnection: close\r\n\r\nmuch");
            await connection.HeadAsync();
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        using var client = await RawClient.ConnectAsync(proxy.Port);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbeginning");
        var (text, _, _) = await client.ReadAsync(t => t.EndsWith("much", StringComparison.Ordinal));
        Assert.StartsWith("HTTP/1.1 413 Too Large\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("much", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EarlyAnswer_BeforeTheConnectionIsReset_IsDelivered()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.HeadAsync();
            await connection.SayAsync("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno");
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        using var content = new ByteArrayContent(new byte[200_000]);
        using var response = await proxy.Http.PostAsync("/", content);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Trailers_GoBothWays()
    {
        var heard = "";
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.HeadAsync();
            heard = await connection.HearAsync(t => t.EndsWith("\r\n\r\n", StringComparison.Ordinal));
            await connection.SayAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n5\r\nhello\r\n0\r\nx-sum: 42\r\nContent-Length: 7\r\n\r\n");
            await connection.HeadAsync();
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        using var client = await RawClient.ConnectAsync(proxy.Port);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-check: 7\r\n\r\n");
        var (text, _, isOver) = await client.ReadAsync(t => t.EndsWith("42\r\n\r\n", StringComparison.Ordinal));
        Assert.False(isOver, text);
        Assert.EndsWith("5\r\nhello\r\n0\r\nx-sum: 42\r\n\r\n", text, StringComparison.Ordinal);
        Assert.Equal("3\r\nabc\r\n0\r\nx-check: 7\r\n\r\n", heard);
    }

    [Fact]
    public async Task Trailers_ReachAnHttp2Client()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.HeadAsync();
            await connection.SayAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-sum: 42\r\n\r\n");
            await connection.HeadAsync();
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port], BrokenResponseTests.Http1Only);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await proxy.Http.SendAsync(request);
        Assert.Equal("ok", await response.Content.ReadAsStringAsync());
        Assert.Equal("42", Assert.Single(response.TrailingHeaders.GetValues("x-sum")));
    }

    [Theory]
    [InlineData("close, x-secret")]
    [InlineData("keep-alive, X-Secret")]
    [InlineData("x-secret")]
    [InlineData("Upgrade, x-secret")]
    public async Task HeadersThatConnectionNames_AreNotForwarded(string connectionHeader)
    {
        var heard = "";
        await using var server = ScriptedServer.Start(async connection =>
        {
            heard = await connection.HeadAsync();
            await connection.SayAsync($"HTTP/1.1 200 OK\r\nConnection: {connectionHeader}\r\nx-secret: no\r\nx-open: yes\r\nContent-Length: 0\r\n\r\n");
            await connection.HeadAsync();
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        using var client = await RawClient.ConnectAsync(proxy.Port);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        var (text, _, _) = await client.ReadAsync(t => t.EndsWith("\r\n\r\n", StringComparison.Ordinal));
        Assert.Contains("x-open: yes", text);
        Assert.DoesNotContain("secret", text, StringComparison.OrdinalIgnoreCase);
        Assert.NotEmpty(heard);
    }

    [Theory]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", true)]
    [InlineData("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n", true)]
    [InlineData("", false)]
    public async Task ExpectContinue_BodyGoesWhenTheApplicationWantsIt(string interim, bool isWanted)
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            Assert.Contains("Expect: 100-continue", await connection.HeadAsync());
            await connection.SayAsync(interim);
            var body = isWanted ? await connection.HearAsync(t => t.Length == 5) : "";
            await connection.SayAsync($"HTTP/1.1 {(isWanted ? 200 : 417)} x\r\nContent-Length: 5\r\n\r\n{(isWanted ? body : "never")}");
            await connection.HeadAsync();
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        using var client = await RawClient.ConnectAsync(proxy.Port);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        if (isWanted)
        {
            var (permission, _, _) = await client.ReadAsync(t => t.EndsWith("\r\n\r\n", StringComparison.Ordinal));
            Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", permission);
            await client.SendAsync("hello");
        }
        var (text, _, _) = await client.ReadAsync(t => t.EndsWith(isWanted ? "hello" : "never", StringComparison.Ordinal));
        Assert.StartsWith(isWanted ? "HTTP/1.1 200" : "HTTP/1.1 417", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InterimResponsesWithoutEnd_AreABadGateway()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.HeadAsync();
            for (var i = 0; i < 100; i++) await connection.SayAsync("HTTP/1.1 102 Processing\r\n\r\n");
            await connection.HeadAsync();
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        using var response = await proxy.Http.GetAsync("/");
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "Content-Length: 5")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 200")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 204")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 5\r\n\r\n", "ETag: \"x\"")]
    public async Task ResponsesWithoutBody_LeaveTheConnectionUsable(string method, string answer, string expected)
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            while (await connection.HeadAsync() is { Length: > 0 }) await connection.SayAsync(answer);
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        using var client = await RawClient.ConnectAsync(proxy.Port);
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n");
            var (text, _, isOver) = await client.ReadAsync(t => t.EndsWith("\r\n\r\n", StringComparison.Ordinal));
            Assert.False(isOver);
            Assert.Contains(expected, text);
        }
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task AnswerInAnyPieces_IsTheSame()
    {
        const string Answer = "HTTP/1.1 200 Fine\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x\r\n world\r\n0\r\nx-t: 1\r\n\r\n";
        await using var server = ScriptedServer.Start(async connection =>
        {
            for (var cut = 0; await connection.HeadAsync() is { Length: > 0 }; cut++)
            {
                await connection.SayAsync(Answer[..(cut % Answer.Length)]);
                await connection.SayAsync(Answer[(cut % Answer.Length)..]);
            }
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        for (var i = 0; i < Answer.Length; i++)
        {
            using var response = await proxy.Http.GetAsync("/");
            Assert.Equal("hello world", await response.Content.ReadAsStringAsync());
            Assert.Equal(["a", "b"], response.Headers.GetValues("Set-Cookie"));
            Assert.Equal("Fine", response.ReasonPhrase);
        }
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task SmallRequest_GoesInOneWrite()
    {
        var request = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = ScriptedServer.Start(async connection =>
        {
            var buffer = new byte[64 * 1024];
            var count = await connection.Stream.ReadAsync(buffer);
            request.TrySetResult(Encoding.Latin1.GetString(buffer, 0, count));
            await connection.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            await connection.HeadAsync();
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        using var client = await RawClient.ConnectAsync(proxy.Port);
        await client.SendAsync("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        await client.ReadAsync(t => t.EndsWith("\r\n\r\n", StringComparison.Ordinal));
        var text = await request.Task;
        Assert.StartsWith("POST /x HTTP/1.1\r\nHost: a\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nhello", text, StringComparison.Ordinal);
    }
}
