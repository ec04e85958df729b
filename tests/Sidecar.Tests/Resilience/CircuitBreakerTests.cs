using System.Net;
using System.Net.Sockets;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;
using HttpOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Sidecar.Tests.Resilience;

/// <summary>Limits on connections, requests and retries, through a real proxy.</summary>
public sealed class CircuitBreakerTests
{
    private const string Name = "outbound|80||app.default.svc.cluster.local";

    [Fact]
    public async Task MaxRequests_TheNextOneOverflows()
    {
        await using var app = await HeldApp.StartAsync();
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.App.Port], Limits(t => t.MaxRequests = 2));
        var held = new[] { proxy.Http.GetAsync("/"), proxy.Http.GetAsync("/") };
        await Eventually.TrueAsync(() => app.App.Requests == 2);
        using var refused = await proxy.Http.GetAsync("/");
        await AssertOverflowAsync(refused);
        app.Release();
        foreach (var one in await Task.WhenAll(held)) Assert.Equal(HttpStatusCode.OK, one.StatusCode);
        await proxy.FlaggedAsync("UO");
        Assert.Equal(1, proxy.Upstream.Counters[UpstreamCounter.Overflow]);
        Assert.Contains("envoy_cluster_upstream_rq_pending_overflow", await proxy.AdminAsync("/stats/prometheus"));
    }

    [Fact]
    public async Task MaxConnectionsAndPending_OneGoesOneWaitsOneOverflows()
    {
        await using var app = await HeldApp.StartAsync();
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.App.Port], Limits(t => (t.MaxConnections, t.MaxPendingRequests) = (1, 1)));
        var first = proxy.Http.GetAsync("/");
        await Eventually.TrueAsync(() => app.App.Requests == 1);
        var second = proxy.Http.GetAsync("/");
        await Eventually.TrueAsync(() => proxy.Upstream.Gate.Waiting == 1);
        using var refused = await proxy.Http.GetAsync("/");
        await AssertOverflowAsync(refused);
        Assert.Equal(1, app.App.Requests);
        app.Release();
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await second).StatusCode);
        await Eventually.TrueAsync(() => proxy.Upstream.Gate is { Active: 0, Waiting: 0 });
    }

    [Fact]
    public async Task Waiting_ClientThatLeaves_KeepsNoPlaceInTheQueue()
    {
        await using var app = await HeldApp.StartAsync();
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.App.Port], Limits(t => (t.MaxConnections, t.MaxPendingRequests) = (1, 1)));
        var first = proxy.Http.GetAsync("/");
        await Eventually.TrueAsync(() => app.App.Requests == 1);
        using var leave = new CancellationTokenSource();
        var second = proxy.Http.GetAsync("/", leave.Token);
        await Eventually.TrueAsync(() => proxy.Upstream.Gate.Waiting == 1);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await Eventually.TrueAsync(() => proxy.Upstream.Gate.Waiting == 0);
        var third = proxy.Http.GetAsync("/");
        await Eventually.TrueAsync(() => proxy.Upstream.Gate.Waiting == 1);
        app.Release();
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await third).StatusCode);
    }

    [Fact]
    public async Task Timeout_BeyondWhatTimersTake_IsNone()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port], Limits(t => t.MaxRequests = 2),
            route => route.Timeout = Duration.FromTimeSpan(TimeSpan.FromHours(1200)));
        Assert.Equal("ok", await proxy.Http.GetStringAsync("/"));
    }

    [Fact]
    public async Task Waiting_LongerThanTheTimeout_TimesOutAndLeavesTheQueue()
    {
        await using var app = await HeldApp.StartAsync();
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.App.Port], Limits(t => t.MaxConnections = 1),
            route => route.Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)));
        var first = proxy.Http.GetAsync("/");
        await Eventually.TrueAsync(() => app.App.Requests == 1);
        using var late = await proxy.Http.GetAsync("/");
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
        Assert.Equal(HttpStatusCode.GatewayTimeout, (await first).StatusCode);
        await Eventually.TrueAsync(() => proxy.Upstream.Gate is { Active: 0, Waiting: 0 });
        app.Release();
        Assert.Equal("held", await proxy.Http.GetStringAsync("/"));
    }

    [Fact]
    public async Task MaxRetries_Spent_PassesTheResponseOn()
    {
        await using var app = await TestApp.StartAsync(c =>
        {
            c.Response.StatusCode = 503;
            return c.Response.WriteAsync("mine");
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port], Limits(t => t.MaxRetries = 0),
            route => route.RetryPolicy = new() { RetryOn = "5xx", NumRetries = 3 });
        using var response = await proxy.Http.GetAsync("/");
        Assert.Equal("mine", await response.Content.ReadAsStringAsync());
        Assert.Equal(1, app.Requests);
        Assert.Equal(1, proxy.Upstream.Counters[UpstreamCounter.RetryOverflow]);
    }

    [Fact]
    public async Task RetryBudget_ReplacesMaxRetries()
    {
        var failures = 1;
        await using var app = await TestApp.StartAsync(c =>
        {
            if (Interlocked.Decrement(ref failures) >= 0) c.Response.StatusCode = 503;
            return c.Response.WriteAsync("ok");
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port], Limits(t =>
        {
            t.MaxRetries = 0;
            t.RetryBudget = new() { BudgetPercent = new() { Value = 0 }, MinRetryConcurrency = 1 };
        }), route => route.RetryPolicy = new() { RetryOn = "5xx", NumRetries = 1 });
        using var response = await proxy.Http.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1, proxy.Upstream.Counters[UpstreamCounter.RetrySuccess]);
    }

    [Theory]
    [InlineData(20, 3, 0, 3)]
    [InlineData(20, 3, 100, 20)]
    [InlineData(20, 3, 14, 3)]
    [InlineData(0, 0, 1000, 0)]
    [InlineData(100, 1, 7, 7)]
    public void RetryBudget_IsAShareOfRequestsAndNoLessThanTheMinimum(double percent, int minimum, int requests, int expected) =>
        Assert.Equal(expected, new RetryBudgetModel(percent, minimum).Limit(requests));

    [Theory]
    [InlineData(1, 6)]
    [InlineData(2, 3)]
    [InlineData(4, 2)]
    public async Task MaxRequestsPerConnection_EndsConnections(int limit, int expected)
    {
        var connections = new HashSet<string>();
        await using var app = await TestApp.StartAsync(c =>
        {
            lock (connections) connections.Add(c.Connection.Id);
            return c.Response.WriteAsync("ok");
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port], Http(common => common.MaxRequestsPerConnection = (uint)limit));
        for (var i = 0; i < 6; i++) Assert.Equal("ok", await proxy.Http.GetStringAsync("/"));
        Assert.Equal(expected, connections.Count);
    }

    [Fact]
    public async Task MaxConcurrentStreams_FurtherRequestsOpenFurtherConnections()
    {
        await using var app = await HeldApp.StartAsync();
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.App.Http2Port], cluster => Options(cluster, new HttpOptions
        {
            ExplicitHttpConfig = new() { Http2ProtocolOptions = new Http2ProtocolOptions { MaxConcurrentStreams = 2 } },
        }));
        var held = Enumerable.Range(0, 5).Select(_ => proxy.Http.GetAsync("/")).ToArray();
        await Eventually.TrueAsync(() => app.App.Requests == 5);
        Assert.Equal(3, app.Connections);
        app.Release();
        await Task.WhenAll(held);
    }

    [Fact]
    public async Task MaxConnectionDuration_OlderConnectionTakesNoFurtherRequest()
    {
        var connections = new HashSet<string>();
        await using var app = await TestApp.StartAsync(c =>
        {
            lock (connections) connections.Add(c.Connection.Id);
            return c.Response.WriteAsync("ok");
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port],
            Http(common => common.MaxConnectionDuration = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(100))));
        await Eventually.TrueAsync(() =>
        {
            proxy.Http.GetStringAsync("/").GetAwaiter().GetResult();
            return connections.Count >= 3;
        });
    }

    [Fact]
    public void Keepalive_IsSetOnTheSocket()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        new KeepaliveModel(4, 30, 7).Apply(socket);
        Assert.Equal(4, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount));
        Assert.Equal(30, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        Assert.Equal(7, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval));
        Assert.NotEqual(0, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
    }

    [Fact]
    public async Task Gate_WhateverTheOrder_NeverLetsMoreInThanTheLimit()
    {
        var gate = new ConnectionGate();
        var inside = 0;
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            using var patience = new CancellationTokenSource();
            var waiting = gate.EnterAsync(3, int.MaxValue, patience.Token);
            if (i % 5 == 0) await patience.CancelAsync();
            try
            {
                Assert.Equal(GateAnswer.Entered, await waiting);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            var now = Interlocked.Increment(ref inside);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            gate.Leave();
        })));
        Assert.InRange(most, 1, 3);
        Assert.Equal((0, 0), (gate.Active, gate.Waiting));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target)) Interlocked.CompareExchange(ref target, value, seen);
    }

    private static async Task AssertOverflowAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("true", Assert.Single(response.Headers.GetValues("x-envoy-overloaded")));
        Assert.EndsWith("overflow", await response.Content.ReadAsStringAsync());
    }

    private static Action<XdsCluster> Limits(Action<CircuitBreakers.Types.Thresholds> set) => cluster =>
    {
        var thresholds = new CircuitBreakers.Types.Thresholds();
        set(thresholds);
        cluster.CircuitBreakers = new CircuitBreakers { Thresholds = { thresholds } };
    };

    private static Action<XdsCluster> Http(Action<HttpProtocolOptions> set) => cluster =>
    {
        var common = new HttpProtocolOptions();
        set(common);
        Options(cluster, new HttpOptions { UseDownstreamProtocolConfig = new(), CommonHttpProtocolOptions = common });
    };

    private static void Options(XdsCluster cluster, HttpOptions options) =>
        cluster.TypedExtensionProtocolOptions["http"] = Xds.Pack(TypeUrls.HttpProtocolOptions, options);
}
