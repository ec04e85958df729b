using System.Net;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Tests.Harness;
using HttpOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;

namespace Mesh.Sidecar.Tests.Upstreams.Http1;

/// <summary>Which connections are used again, and what becomes of requests that meet a dying one.</summary>
public sealed class PoolTests
{
    private const string Name = "outbound|80||app.default.svc.cluster.local";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory]
    [InlineData(Ok, 1)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 4)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 4)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", 1)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 1)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 4)]
    public async Task Connection_IsUsedAgainWhereItsAnswerAllows(string answer, int connections)
    {
        await using var server = ScriptedServer.Start(AnswerAll(answer));
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        for (var i = 0; i < 4; i++) Assert.Equal("ok", await proxy.Http.GetStringAsync("/"));
        Assert.Equal(connections, server.Connections);
    }

    [Fact]
    public async Task ConnectionThatItsPeerClosed_LeavesThePoolAtOnce()
    {
        var close = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.HeadAsync();
            await connection.SayAsync(Ok);
            if (connection.Number == 1) await close.Task;
            else await connection.HeadAsync();
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        Assert.Equal("ok", await proxy.Http.GetStringAsync("/"));
        await Eventually.TrueAsync(() => Idle(proxy) == 1);
        close.SetResult();
        await Eventually.TrueAsync(() => Idle(proxy) == 0);
        using var content = new StringContent("not to be said twice");
        using var response = await proxy.Http.PostAsync("/", content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, server.Connections);
    }

    [Theory]
    [InlineData("GET", false, 200, 2)]
    [InlineData("PUT", false, 200, 2)]
    [InlineData("POST", false, 503, 1)]
    [InlineData("GET", true, 200, 2)]
    public async Task RequestOnAConnectionThatDies_GoesAgainWhereItDoesNoHarm(string method, bool reset, int status, int connections)
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.HeadAsync();
            await connection.SayAsync(Ok);
            // The second request on the first connection is read and not answered.
            await connection.HeadAsync();
            if (connection.Number == 1 && reset) connection.Reset();
            else if (connection.Number > 1) await connection.SayAsync(Ok);
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        Assert.Equal("ok", await proxy.Http.GetStringAsync("/"));
        await Eventually.TrueAsync(() => Idle(proxy) == 1);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");
        using var response = await proxy.Http.SendAsync(request);
        Assert.Equal((status, connections), ((int)response.StatusCode, server.Connections));
    }

    [Fact]
    public async Task RequestThatAFreshConnectionDropped_DoesNotGoAgain()
    {
        await using var server = ScriptedServer.Start(c => c.HeadAsync());
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        using var response = await proxy.Http.GetAsync("/");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, 1), (response.StatusCode, server.Connections));
    }

    [Fact]
    public async Task IdleConnection_IsClosedInTime()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.HeadAsync();
            await connection.SayAsync(Ok);
            Assert.Equal("", await connection.HeadAsync());
            ended.SetResult();
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port], cluster => cluster.TypedExtensionProtocolOptions["http"] = Xds.Pack(
            TypeUrls.HttpProtocolOptions, new HttpOptions
            {
                UseDownstreamProtocolConfig = new(), CommonHttpProtocolOptions = new HttpProtocolOptions { IdleTimeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(300)) },
            }));
        Assert.Equal("ok", await proxy.Http.GetStringAsync("/"));
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await Eventually.TrueAsync(() => Idle(proxy) == 0);
    }

    [Fact]
    public async Task ManyRequestsAtOnce_EachHasItsConnection_WhichAreUsedAgain()
    {
        await using var server = ScriptedServer.Start(AnswerAll(Ok));
        await using var proxy = await OutboundProxy.StartAsync(Name, [server.Port]);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ => Assert.Equal("ok", await proxy.Http.GetStringAsync("/"))));
        var connections = server.Connections;
        await Eventually.TrueAsync(() => Idle(proxy) == connections);
        for (var i = 0; i < 20; i++) Assert.Equal("ok", await proxy.Http.GetStringAsync("/"));
        Assert.Equal(connections, server.Connections);
    }

    private static Func<ScriptedConnection, Task> AnswerAll(string answer) => async connection =>
    {
        while (await connection.HeadAsync() is { Length: > 0 }) await connection.SayAsync(answer);
    };

    private static int Idle(OutboundProxy proxy)
    {
        var state = Assert.Single(proxy.Upstream.Model!.Endpoints).State;
        return state.IdleConnections;
    }
}
