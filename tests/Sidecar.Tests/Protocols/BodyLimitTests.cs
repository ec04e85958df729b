using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;
using Buffer = Envoy.Extensions.Filters.Http.Buffer.V3.Buffer;

namespace Mesh.Sidecar.Tests.Protocols;

/// <summary>How long bodies may be where a listener says so (Envoy's buffer filter): 413 by the declared length at once, else when the limit is passed.</summary>
public sealed class BodyLimitTests
{
    [Theory]
    [InlineData("Content-Length: 100\r\n\r\n", 100, false, 200)]
    [InlineData("Content-Length: 101\r\n\r\n", 0, false, 413)]
    [InlineData("Content-Length: 101\r\nExpect: 100-continue\r\n\r\n", 0, false, 413)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", 100, true, 200)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", 101, true, 413)]
    public async Task Body_OfALength_IsTakenOrRefused(string framing, int length, bool isChunked, int status)
    {
        await using var app = new WireApp();
        await using var proxy = await StartAsync(app.Port);
        using var client = await RawClient.ConnectAsync(proxy.Port);
        var body = new string('a', length);
        await client.SendAsync($"POST / HTTP/1.1\r\nHost: server\r\n{framing}{(isChunked ? $"{length:x}\r\n{body}\r\n0\r\n\r\n" : body)}");
        var response = await client.ReadAsync();
        Assert.Equal(status, response!.Status);
        if (status == 200)
        {
            Assert.Equal(body, Assert.Single(app.Seen).Body);
            return;
        }
        Assert.Equal("close", response["Connection"]);
        Assert.Equal("", await client.ReadToEndAsync());
        Assert.Empty(app.Seen);
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Metrics.Requests.Any(r => r.Labels.Contains("response_code=\"413\"")));
    }

    [Fact]
    public async Task Body_OfHttp2ThatGoesOnTooLong_Is413AndTheOtherStreamsGoOn()
    {
        await using var app = await TestApp.StartAsync(async c =>
        {
            await c.Request.Body.CopyToAsync(Stream.Null);
            await c.Response.WriteAsync("ok");
        });
        await using var proxy = await StartAsync(app.Http2Port);
        using var long_ = await SendAsync(proxy, 100_000);
        Assert.Equal(413, (int)long_.StatusCode);
        using var within = await SendAsync(proxy, 100);
        Assert.Equal(200, (int)within.StatusCode);
        Assert.Equal(1, proxy.Proxy.Process.Connections.Total);
    }

    /// <summary>A stream has no end to be measured: its messages are.</summary>
    [Fact]
    public async Task Messages_OfGrpc_AreMeasuredOneByOne()
    {
        await using var app = await GrpcApp.StartAsync();
        await using var proxy = await StartAsync(app.Http2Port);
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{proxy.Port}");
        var invoker = channel.CreateCallInvoker();
        using var counting = invoker.AsyncClientStreamingCall(GrpcApp.Method("Count", MethodType.ClientStreaming), null, Options());
        for (var i = 0; i < 50; i++) await counting.RequestStream.WriteAsync(new byte[100]);
        await counting.RequestStream.CompleteAsync();
        Assert.Equal([50], await counting);
        var error = await Assert.ThrowsAsync<RpcException>(async () => await invoker.AsyncUnaryCall(GrpcApp.Method("Hold", MethodType.Unary), null, Options(), new byte[101]));
        // A call that has been answered in part already is reset, which clients call one or the other.
        Assert.Contains(error.StatusCode, (StatusCode[])[StatusCode.ResourceExhausted, StatusCode.Internal, StatusCode.Cancelled]);
    }

    [Fact]
    public async Task Message_TooLongForGrpc_IsResourceExhausted()
    {
        // Says nothing before it has the whole message, as unary servers do.
        await using var app = await TestApp.StartAsync(c => c.Request.Body.CopyToAsync(Stream.Null));
        await using var proxy = await StartAsync(app.Http2Port);
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{proxy.Port}");
        var call = channel.CreateCallInvoker().AsyncUnaryCall(GrpcApp.Method("Echo", MethodType.Unary), null, Options(), new byte[1000]);
        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(async () => await call)).StatusCode);
    }

    /// <summary>A client that stops in the middle of its request has itself been late: 408. One whose answer does not come gets 504.</summary>
    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: server\r\nContent-Length: 10\r\n\r\nabc", 408)]
    [InlineData("POST / HTTP/1.1\r\nHost: server\r\nContent-Length: 3\r\n\r\nabc", 504)]
    [InlineData("GET / HTTP/1.1\r\nHost: server\r\n\r\n", 504)]
    public async Task Silence_IsWhoseItIs(string request, int status)
    {
        await using var app = await HeldApp.StartAsync();
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", Xds.To("app")), m => m.StreamIdleTimeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(300)),
            ("app", app.App.Port));
        using var client = await RawClient.ConnectAsync(proxy.Port);
        await client.SendAsync(request);
        Assert.Equal(status, (await client.ReadAsync())!.Status);
        app.Release();
    }

    private static CallOptions Options() => new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(60));

    private static async Task<HttpResponseMessage> SendAsync(OneProxy proxy, int length)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new StreamContent(new UnknownLength(length)),
        };
        return await proxy.Client.SendAsync(request);
    }

    private static Task<OneProxy> StartAsync(int app) => OneProxy.StartAsync(Xds.Routes("out", Xds.To("app")), m => m.HttpFilters.Insert(m.HttpFilters.Count - 1,
        new HttpFilter { Name = "buffer", TypedConfig = Xds.Pack(TypeUrls.Buffer, new Buffer { MaxRequestBytes = 100 }) }), ("app", app));

    private sealed class UnknownLength(int length) : MemoryStream(new byte[length])
    {
        public override bool CanSeek => false;
    }
}
