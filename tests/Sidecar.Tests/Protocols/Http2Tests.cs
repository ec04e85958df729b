using System.Net;
using System.Net.WebSockets;
using System.Text;
using Mesh.Sidecar.Tests.Harness;
using Mesh.Sidecar.Tests.Protocols.Http2Frames;
using Microsoft.AspNetCore.Http;
using static Mesh.Sidecar.Tests.Protocols.Http2Frames.Http2Wire;

namespace Mesh.Sidecar.Tests.Protocols;

/// <summary>HTTP/2 with prior knowledge through two proxies: what holds connections and streams together, and what floods are met with.</summary>
public sealed class Http2Tests
{
    private const ushort InitialWindow = 4;

    [Fact]
    public async Task Settings_OfAListener_AllowManyStreamsAndWebsockets()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var pair = await Pair.StartAsync(app.Http2Port);
        using var client = await OpenAsync(pair.OutboundPort);
        var settings = client.Received.First(f => f.Type == FrameType.Settings && f.Flags == 0).Payload.Chunk(6)
            .ToDictionary(s => (s[0] << 8) | s[1], s => (s[2] << 24) | (s[3] << 16) | (s[4] << 8) | s[5]);
        Assert.Equal(1000, settings[3]);
        Assert.Equal(1, settings[8]);
    }

    [Fact]
    public async Task Ping_IsAnsweredWithItsPayload_AndUnknownFramesAreIgnored()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var pair = await Pair.StartAsync(app.Http2Port);
        using var client = await OpenAsync(pair.OutboundPort);
        await client.SendAsync((FrameType)0x16, 0xFF, 0, new byte[8]);
        await client.SendAsync(FrameType.Ping, 0, 0, [.. "12345678"u8]);
        var pong = await client.ReadUntilAsync(f => f.Type == FrameType.Ping);
        Assert.Equal((Frame.Ack, "12345678"), (pong!.Flags, Encoding.ASCII.GetString(pong.Payload)));
        await client.HeadersAsync(1, true, Get);
        Assert.Equal((200, "ok"), (await client.ResponseAsync(1)) is var (status, body, _) ? (status, body) : default);
    }

    [Fact]
    public async Task Continuations_MakeOneBlock()
    {
        await using var app = await TestApp.StartAsync(c => c.Response.WriteAsync(c.Request.Headers["x-long"].ToString().Length.ToString(null, null)));
        await using var pair = await Pair.StartAsync(app.Http2Port);
        using var client = await OpenAsync(pair.OutboundPort);
        var block = Block([.. Get, ("x-long", new string('a', 30_000))]);
        await client.SendAsync(FrameType.Headers, Frame.EndStream, 1, block[..10_000]);
        await client.SendAsync(FrameType.Continuation, 0, 1, block[10_000..20_000]);
        await client.SendAsync(FrameType.Continuation, Frame.EndHeaders, 1, block[20_000..]);
        Assert.Equal("30000", (await client.ResponseAsync(1)).Body);
    }

    [Fact]
    public async Task Trailers_OfAResponse_AreItsLastBlock()
    {
        await using var app = await TestApp.StartAsync(async c =>
        {
            await c.Response.WriteAsync("body");
            c.Response.AppendTrailer("x-sum", "4");
        });
        await using var pair = await Pair.StartAsync(app.Http2Port);
        using var client = await OpenAsync(pair.OutboundPort);
        await client.HeadersAsync(1, true, [.. Get, ("te", "trailers")]);
        var (status, body, last) = await client.ResponseAsync(1);
        Assert.Equal((200, "body"), (status, body));
        Assert.Contains("x-sum", last);
    }

    [Fact]
    public async Task Trailers_OfARequest_ReachAnHttp1Application()
    {
        await using var app = new WireApp();
        await using var pair = await Pair.StartAsync(app.Port, route: r => r.Timeout = new(), appSpeaksHttp1: true);
        using var client = await OpenAsync(pair.OutboundPort);
        await SendWithTrailersAsync(client);
        Assert.Equal((200, "ok"), (await client.ResponseAsync(1)) is var (status, body, _) ? (status, body) : default);
        var seen = Assert.Single(app.Seen);
        Assert.Equal("abc", seen.Body);
        // Between the proxies it is HTTP/2, whose library has no trailers for requests: they end at the first.
        Assert.Equal("", seen.Trailers);
    }

    [Fact]
    public async Task Trailers_OfARequest_PassFromHttp2ToHttp1()
    {
        await using var app = new WireApp();
        await using var proxy = await OutboundProxy.StartAsync("app", [app.Port], c => c.TypedExtensionProtocolOptions["http"] = Xds.Http1());
        using var client = await OpenAsync(proxy.Port);
        await SendWithTrailersAsync(client);
        Assert.Equal((200, "ok"), (await client.ResponseAsync(1)) is var (status, body, _) ? (status, body) : default);
        var seen = Assert.Single(app.Seen);
        Assert.Equal(("abc", "x-sum: 3\r\n"), (seen.Body, seen.Trailers));
    }

    /// <summary>The policy is between the proxies (h2UpgradePolicy: UPGRADE): a client of HTTP/1.1 goes on in HTTP/2.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UpgradePolicy_DecidesWhatIsSpokenToTheUpstream(bool upgrades)
    {
        await using var app = await TestApp.StartAsync(c => c.Response.WriteAsync(c.Request.Protocol));
        await using var proxy = await OutboundProxy.StartAsync("app", [upgrades ? app.Http2Port : app.Port], c =>
        {
            if (upgrades) c.TypedExtensionProtocolOptions["http"] = Xds.Pack(TypeUrls.HttpProtocolOptions, new Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions
            {
                ExplicitHttpConfig = new() { Http2ProtocolOptions = new Envoy.Config.Core.V3.Http2ProtocolOptions() },
            });
        });
        Assert.Equal(upgrades ? "HTTP/2" : "HTTP/1.1", await proxy.Http.GetStringAsync("/"));
    }

    /// <summary>Connections are told to go again and again while requests come: what was begun is answered, what was not goes on another.</summary>
    [Fact]
    public async Task GoAway_UnderLoad_LosesNoRequest()
    {
        await using var app = await TestApp.StartAsync(async c =>
        {
            await c.Request.Body.CopyToAsync(Stream.Null);
            await c.Response.WriteAsync("ok");
        });
        // The policy that every route has unless it says otherwise.
        await using var pair = await Pair.StartAsync(app.Http2Port, r => r.RetryPolicy = new Envoy.Config.Route.V3.RetryPolicy
        {
            RetryOn = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes", RetriableStatusCodes = { 503 }, NumRetries = 2,
        });
        var stop = false;
        var served = 0;
        var callers = Enumerable.Range(0, 16).Select(n => Task.Run(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                using var request = n % 2 == 0 ? pair.Http2(HttpMethod.Get, "/") : pair.Http2(HttpMethod.Post, "/", new ByteArrayContent(new byte[1000]));
                using var response = await pair.Http.SendAsync(request);
                var text = await response.Content.ReadAsStringAsync();
                Assert.True(text == "ok", $"{request.Method} {text}; {string.Join('\n', pair.Client.Process.Metrics.Requests.Select(r => r.Labels))}");
                Interlocked.Increment(ref served);
            }
        })).ToArray();
        for (var i = 0; i < 20; i++)
        {
            var (before, name) = (Volatile.Read(ref served), $"changed-{i}");
            var (side, listener) = i % 2 == 0
                ? (pair.Client, Xds.Http("out", pair.OutboundPort, "out", change: m => m.ServerName = name))
                : (pair.Server, Xds.Http("in", pair.InboundPort, "in", Envoy.Config.Core.V3.TrafficDirection.Inbound, Xds.DownstreamTls(), m => m.ServerName = name));
            var replaced = side.Process.Configuration.Listeners[listener.Name].Model;
            side.Agent.Set(TypeUrls.Listener, listener.Name, listener);
            await Eventually.TrueAsync(() => side.Process.Configuration.Listeners[listener.Name].Model != replaced);
            await Eventually.TrueAsync(() => Volatile.Read(ref served) >= before + 50 || callers.Any(c => c.IsFaulted));
        }
        Volatile.Write(ref stop, true);
        await Task.WhenAll(callers);
        Assert.True(pair.Client.Process.Connections.Total > 5, $"{pair.Client.Process.Connections.Total}");
    }

    [Fact]
    public async Task SlowReader_HoldsUpItsOwnStreamOnly()
    {
        const int Length = 8_000_000;
        await using var app = await TestApp.StartAsync(async c =>
        {
            if (c.Request.Path == "/") await c.Response.WriteAsync("small");
            else await c.Response.Body.WriteAsync(new byte[Length], c.RequestAborted);
        });
        await using var pair = await Pair.StartAsync(app.Http2Port);
        using var client = await OpenAsync(pair.OutboundPort, (InitialWindow, 1000));
        await client.SendAsync(FrameType.WindowUpdate, 0, 0, Number(100_000_000));
        await client.HeadersAsync(1, true, (":method", "GET"), (":scheme", "http"), (":path", "/large"), (":authority", "server"));
        await client.ReadUntilAsync(f => f is { Type: FrameType.Data, Stream: 1 });
        for (var stream = 3; stream < 23; stream += 2)
        {
            await client.HeadersAsync(stream, true, Get);
            Assert.Equal("small", (await client.ResponseAsync(stream)).Body);
        }
        // No more than its window until it is asked for.
        Assert.Equal(1000, client.Received.Where(f => f is { Type: FrameType.Data, Stream: 1 }).Sum(f => f.Payload.Length));
        await client.SendAsync(FrameType.WindowUpdate, 0, 1, Number(Length));
        await client.ReadUntilAsync(f => f.Stream == 1 && f.Ends);
        Assert.Equal(Length, client.Received.Where(f => f is { Type: FrameType.Data, Stream: 1 }).Sum(f => f.Payload.Length));
    }

    [Fact]
    public async Task Streams_BeyondTheLimit_AreRefusedAndTheOthersServed()
    {
        await using var held = await HeldApp.StartAsync();
        await using var pair = await Pair.StartAsync(held.App.Http2Port);
        using var client = await OpenAsync(pair.OutboundPort);
        for (var i = 0; i < 1001; i++) await client.HeadersAsync(2 * i + 1, true, Get);
        var refused = await client.ReadUntilAsync(f => f.Type == FrameType.RstStream);
        Assert.Equal((2001, Http2Error.RefusedStream), (refused!.Stream, refused.Code));
        held.Release();
        Assert.Equal((200, "held"), (await client.ResponseAsync(1)) is var (status, body, _) ? (status, body) : default);
    }

    [Fact]
    public async Task Drain_SendsGoAwayAndFinishesWhatRuns()
    {
        await using var held = await HeldApp.StartAsync();
        await using var pair = await Pair.StartAsync(held.App.Http2Port);
        using var client = await OpenAsync(pair.OutboundPort);
        await client.HeadersAsync(1, true, Get);
        await Eventually.TrueAsync(() => held.App.Requests == 1);
        Change(pair);
        var goAway = await client.ReadUntilAsync(f => f.Type == FrameType.GoAway);
        Assert.Equal(Http2Error.NoError, goAway!.Code);
        held.Release();
        Assert.Equal("held", (await client.ResponseAsync(1)).Body);
        // And new connections find the listener as it is now.
        using var next = await OpenAsync(pair.OutboundPort);
        await next.HeadersAsync(1, true, Get);
        Assert.Equal("held", (await next.ResponseAsync(1)).Body);
    }

    [Fact]
    public async Task Drain_OfHttp1_SaysCloseAndFinishesWhatRuns()
    {
        await using var held = await HeldApp.StartAsync();
        await using var pair = await Pair.StartAsync(held.App.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        const string Request = "GET / HTTP/1.1\r\nHost: server\r\n\r\n";
        await client.SendAsync(Request);
        await Eventually.TrueAsync(() => held.App.Requests == 1);
        var before = pair.Client.Process.Configuration.Listeners["out"].Model;
        Change(pair);
        await Eventually.TrueAsync(() => !ReferenceEquals(before, pair.Client.Process.Configuration.Listeners["out"].Model));
        // The second waits its turn behind the first: both are answered, and the connection ends after it.
        await client.SendAsync(Request);
        held.Release();
        Assert.Equal("held", (await client.ReadAsync())!.Body);
        var last = await client.ReadAsync();
        Assert.Equal(("held", "close"), (last!.Body, last["Connection"]));
        Assert.Equal("", await client.ReadToEndAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WebSocket_ByExtendedConnect_ReachesTheApplication(bool appSpeaksHttp1)
    {
        await using var app = await TestApp.StartAsync(async c =>
        {
            using var socket = await c.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[100];
            var received = await socket.ReceiveAsync(buffer.AsMemory(), default);
            await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, true, default);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        });
        await using var pair = await Pair.StartAsync(appSpeaksHttp1 ? app.Port : app.Http2Port, appSpeaksHttp1: appSpeaksHttp1);
        using var client = new ClientWebSocket();
        client.Options.HttpVersion = HttpVersion.Version20;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{pair.OutboundPort}/ws"), invoker, limit.Token);
        await client.SendAsync("hello"u8.ToArray().AsMemory(), WebSocketMessageType.Text, true, limit.Token);
        var answer = new byte[100];
        var got = await client.ReceiveAsync(answer.AsMemory(), limit.Token);
        Assert.Equal("hello", Encoding.ASCII.GetString(answer, 0, got.Count));
    }

    [Fact]
    public async Task Connect_WithoutARoute_IsNotFound()
    {
        await using var app = await TestApp.SayAsync("never");
        await using var pair = await Pair.StartAsync(app.Http2Port);
        using var client = await OpenAsync(pair.OutboundPort);
        await client.HeadersAsync(1, false, (":method", "CONNECT"), (":authority", "server:80"));
        Assert.Equal(404, await client.StatusAsync(1));
        await client.HeadersAsync(3, false, (":method", "CONNECT"), (":protocol", "other"), (":scheme", "http"), (":path", "/"), (":authority", "server:80"));
        Assert.Equal(403, await client.StatusAsync(3));
        Assert.Equal(0, app.Requests);
    }

    [Fact]
    public async Task Headers_BeyondTheLimit_AreRefused()
    {
        await using var app = await TestApp.SayAsync("never");
        await using var pair = await Pair.StartAsync(app.Http2Port);
        using var client = await OpenAsync(pair.OutboundPort);
        var block = Block([.. Get, .. Enumerable.Range(0, 40).Select(i => ($"x-{i}", new string('a', 2000)))]);
        await client.SendAsync(FrameType.Headers, Frame.EndStream, 1, block[..16_000]);
        for (var at = 16_000; at < block.Length; at += 16_000)
            await client.SendAsync(FrameType.Continuation, at + 16_000 >= block.Length ? Frame.EndHeaders : 0, 1, block[at..Math.Min(at + 16_000, block.Length)]);
        var answer = await client.ReadUntilAsync(f => f.Type is FrameType.Headers or FrameType.GoAway or FrameType.RstStream);
        Assert.True(answer is null or { Type: not FrameType.Headers } || StatusOf(answer.Payload) == 431);
        Assert.Equal(0, app.Requests);
    }

    public static TheoryData<string> Floods => ["resets", "continuations", "pings", "settings", "priorities", "empty data"];

    /// <summary>A flood ends its own connection or is worked off; others do not notice.</summary>
    [Theory]
    [MemberData(nameof(Floods))]
    public async Task Flood_OfOneConnection_HarmsNobodyElse(string kind)
    {
        await using var app = await TestApp.StartAsync(async c =>
        {
            await c.Request.Body.CopyToAsync(Stream.Null, c.RequestAborted);
            await c.Response.WriteAsync("ok");
        });
        await using var pair = await Pair.StartAsync(app.Http2Port);
        using var flood = await OpenAsync(pair.OutboundPort);
        var frames = new MemoryStream();
        if (kind == "continuations") frames.Write(Encode(FrameType.Headers, Frame.EndStream, 1, Block(Get)));
        if (kind == "empty data") frames.Write(Encode(FrameType.Headers, Frame.EndHeaders, 1, Block(Post)));
        for (var i = 0; i < 5000; i++)
            frames.Write(kind switch
            {
                "resets" => [.. Encode(FrameType.Headers, 5, 2 * i + 1, Block(Get)), .. Encode(FrameType.RstStream, 0, 2 * i + 1, Number(8))],
                "continuations" => Encode(FrameType.Continuation, 0, 1, Block(($"x-{i}", "0123456789"))),
                "pings" => Encode(FrameType.Ping, 0, 0, new byte[8]),
                "settings" => Encode(FrameType.Settings, 0, 0, Settings((InitialWindow, (uint)(1000 + i)))),
                "priorities" => Encode(FrameType.Priority, 0, 2 * i + 1, [0, 0, 0, 0, 16]),
                _ => Encode(FrameType.Data, 0, 1, []),
            });
        var sending = flood.RawAsync(frames.ToArray());
        using var other = await OpenAsync(pair.OutboundPort);
        await other.HeadersAsync(1, true, Get);
        Assert.Equal("ok", (await other.ResponseAsync(1)).Body);
        await sending;
        if (kind is not ("continuations" or "resets")) return;
        var end = await flood.ReadUntilAsync(f => f.Type == FrameType.GoAway);
        Assert.True(end is null || end.Code is Http2Error.EnhanceYourCalm or Http2Error.ProtocolError or Http2Error.InternalError, end?.Code.ToString());
        // The connection is closed long before the last.
        if (kind == "resets") Assert.True(app.Requests < 3000, $"{app.Requests}");
    }

    private static async Task SendWithTrailersAsync(Http2Wire client)
    {
        await client.HeadersAsync(1, false, (":method", "POST"), (":scheme", "http"), (":path", "/"), (":authority", "server"), ("te", "trailers"));
        await client.SendAsync(FrameType.Data, 0, 1, [.. "abc"u8]);
        await client.HeadersAsync(1, true, ("x-sum", "3"));
    }

    // Any change of a filter chain: the old one drains.
    private static void Change(Pair pair) =>
        pair.Client.Agent.Set(TypeUrls.Listener, "out", Xds.Http("out", pair.OutboundPort, "out", change: m => m.ServerName = "changed"));
}
