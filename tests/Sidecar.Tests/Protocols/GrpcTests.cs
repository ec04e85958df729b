using Envoy.Config.Route.V3;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Sidecar.Tests.Harness;

namespace Mesh.Sidecar.Tests.Protocols;

/// <summary>gRPC of every kind through two proxies, by gRPC's own client.</summary>
public sealed class GrpcTests
{
    [Fact]
    public async Task Calls_OfEveryKind_Pass()
    {
        await using var app = await GrpcApp.StartAsync();
        await using var pair = await Pair.StartAsync(app.Http2Port);
        using var channel = Channel(pair.OutboundPort);
        var invoker = channel.CreateCallInvoker();

        Assert.Equal([1, 2], await invoker.AsyncUnaryCall(GrpcApp.Method("Echo", MethodType.Unary), null, Options(), [1, 2]));

        using var counting = invoker.AsyncClientStreamingCall(GrpcApp.Method("Count", MethodType.ClientStreaming), null, Options());
        for (byte i = 0; i < 50; i++) await counting.RequestStream.WriteAsync([i]);
        await counting.RequestStream.CompleteAsync();
        Assert.Equal([50], await counting);

        using var repeating = invoker.AsyncServerStreamingCall(GrpcApp.Method("Repeat", MethodType.ServerStreaming), null, Options(), [7]);
        var repeated = 0;
        await foreach (var message in repeating.ResponseStream.ReadAllAsync()) repeated += message[0];
        Assert.Equal(700, repeated);

        // Each answer is there before the next message is sent.
        using var chat = invoker.AsyncDuplexStreamingCall(GrpcApp.Method("Echo", MethodType.DuplexStreaming), null, Options());
        for (byte i = 0; i < 50; i++)
        {
            await chat.RequestStream.WriteAsync([i]);
            Assert.True(await chat.ResponseStream.MoveNext());
            Assert.Equal([i], chat.ResponseStream.Current);
        }
        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.OK, chat.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Message_OfManyMegabytes_Passes()
    {
        await using var app = await GrpcApp.StartAsync();
        await using var pair = await Pair.StartAsync(app.Http2Port);
        using var channel = Channel(pair.OutboundPort);
        var message = new byte[20_000_000];
        Random.Shared.NextBytes(message);
        Assert.Equal(message, await channel.CreateCallInvoker().AsyncUnaryCall(GrpcApp.Method("Echo", MethodType.Unary), null, Options(), message));
    }

    [Fact]
    public async Task Deadline_ThatPasses_EndsTheCallOnBothSides()
    {
        var timeout = "";
        var aborted = new TaskCompletionSource();
        await using var app = await GrpcApp.StartAsync(c =>
        {
            timeout = c.Request.Headers["grpc-timeout"].ToString();
            c.RequestAborted.Register(() => aborted.TrySetResult());
        });
        await using var pair = await Pair.StartAsync(app.Http2Port);
        using var channel = Channel(pair.OutboundPort);
        var call = channel.CreateCallInvoker().AsyncUnaryCall(
            GrpcApp.Method("Hold", MethodType.Unary), null, new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(3)), [1]);
        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(async () => await call)).StatusCode);
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Matches("^[0-9]+[Smun]$", timeout);
    }

    [Fact]
    public async Task Statuses_OfTheProxyItself_AreThoseOfGrpc()
    {
        await using var app = await GrpcApp.StartAsync();
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out",
            Xds.To("gone", match: m => m.Prefix = "/test.Service/Gone"),
            new Route { Match = new RouteMatch { Prefix = "/test.Service/Denied" }, DirectResponse = new DirectResponseAction { Status = 403, Body = new() { InlineString = "nö: 5 %" } } },
            new Route { Match = new RouteMatch { Prefix = "/test.Service/Busy" }, DirectResponse = new DirectResponseAction { Status = 429 } },
            Xds.To("app", match: m => m.Prefix = "/test.Service/Echo")), ("app", app.Http2Port));
        using var channel = Channel(proxy.Port);
        foreach (var (method, code, detail) in new (string, StatusCode, string)[]
                 {
                     ("Gone", StatusCode.Unavailable, ""), ("Denied", StatusCode.PermissionDenied, "nö: 5 %"), ("Busy", StatusCode.Unavailable, ""),
                     ("Unknown", StatusCode.Unimplemented, ""),
                 })
        {
            var call = channel.CreateCallInvoker().AsyncUnaryCall(GrpcApp.Method(method, MethodType.Unary), null, Options(), [1]);
            var error = await Assert.ThrowsAsync<RpcException>(async () => await call);
            Assert.Equal(code, error.StatusCode);
            if (detail.Length > 0) Assert.Equal(detail, error.Status.Detail);
        }
    }

    [Fact]
    public async Task GrpcWeb_IsNotAnsweredInGrpcStatuses()
    {
        await using var app = await GrpcApp.StartAsync();
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", Xds.To("app", match: m => m.Prefix = "/none")), ("app", app.Http2Port));
        using var content = new ByteArrayContent([]);
        content.Headers.ContentType = new("application/grpc-web+proto");
        using var response = await proxy.Client.PostAsync("/other", content);
        Assert.Equal(404, (int)response.StatusCode);
    }

    [Fact]
    public async Task Calls_OfOneConnection_AreSharedByAllEndpoints()
    {
        await using var one = await GrpcApp.StartAsync();
        await using var two = await GrpcApp.StartAsync();
        await using var proxy = await OutboundProxy.StartAsync("app", [one.Http2Port, two.Http2Port]);
        using var channel = Channel(proxy.Port);
        for (var i = 0; i < 40; i++) await channel.CreateCallInvoker().AsyncUnaryCall(GrpcApp.Method("Echo", MethodType.Unary), null, Options(), [1]);
        Assert.Equal(40, one.Requests + two.Requests);
        Assert.True(one.Requests > 5 && two.Requests > 5, $"{one.Requests} and {two.Requests}");
        Assert.Equal(1, proxy.Proxy.Process.Connections.Total);
    }

    private static GrpcChannel Channel(int port) => GrpcChannel.ForAddress($"http://127.0.0.1:{port}", new GrpcChannelOptions
    {
        MaxReceiveMessageSize = null, HttpHandler = new SocketsHttpHandler { UseProxy = false }, DisposeHttpClient = true,
    });

    private static CallOptions Options() => new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(60));
}
