using System.Net;
using System.Text;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace Mesh.Sidecar.Tests.Resilience;

/// <summary>Retries and their conditions, through a real proxy.</summary>
public sealed class RetryTests
{
    private const string Name = "outbound|80||app.default.svc.cluster.local";

    [Theory]
    [InlineData("5xx", 500, "", true)]
    [InlineData("gateway-error", 500, "", false)]
    [InlineData("gateway-error", 502, "", true)]
    [InlineData("retriable-4xx", 409, "", true)]
    [InlineData("retriable-status-codes", 418, "", true)]
    [InlineData("retriable-headers", 200, "x-again: yes", true)]
    [InlineData("retriable-headers", 200, "x-other: yes", false)]
    [InlineData("5xx", 503, "x-envoy-ratelimited: true", false)]
    [InlineData("5xx,envoy-ratelimited", 503, "x-envoy-ratelimited: true", true)]
    [InlineData("5xx", 503, "x-envoy-overloaded: true", false)]
    [InlineData("resource-exhausted", 200, "grpc-status: 8", true)]
    [InlineData("unavailable", 200, "grpc-status: 13", false)]
    [InlineData("internal", 200, "grpc-status: 13", true)]
    [InlineData("cancelled,deadline-exceeded", 200, "grpc-status: 4", true)]
    public async Task Response_IsTriedAgainWhenAConditionHolds(string on, int status, string header, bool expected)
    {
        await using var app = await FailingFirst(c =>
        {
            c.Response.StatusCode = status;
            if (header.Split(": ") is { Length: 2 } pair) c.Response.Headers[pair[0]] = pair[1];
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port], route: Retry(p =>
        {
            p.RetryOn = on;
            p.RetriableStatusCodes.Add(418);
            p.RetriableHeaders.Add(new HeaderMatcher { Name = "x-again", PresentMatch = true });
        }));
        using var response = await proxy.Http.GetAsync("/");
        Assert.Equal(expected ? 2 : 1, app.Requests);
        Assert.Equal(expected ? 200 : status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("reset", true)]
    [InlineData("5xx", true)]
    [InlineData("connect-failure", false)]
    [InlineData("refused-stream", false)]
    public async Task Reset_IsTriedAgainWhenAConditionHolds(string on, bool expected)
    {
        await using var app = await FailingFirst(c => c.Abort());
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port], route: Retry(p => p.RetryOn = on));
        using var response = await proxy.Http.GetAsync("/");
        Assert.Equal(expected ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, response.StatusCode);
        if (!expected) await proxy.FlaggedAsync("UC");
    }

    [Fact]
    public async Task ConnectFailure_GoesToAnotherEndpoint()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await OutboundProxy.StartAsync(Name, [FreePort.Next(), app.Port], route: Retry(p =>
        {
            p.RetryOn = "connect-failure";
            p.RetryHostPredicate.Add(new RetryPolicy.Types.RetryHostPredicate { Name = "envoy.retry_host_predicates.previous_hosts" });
        }));
        for (var i = 0; i < 10; i++) Assert.Equal("ok", await proxy.Http.GetStringAsync("/"));
    }

    [Fact]
    public async Task RetryPriority_TheThirdTryLeavesThePriorityOfTheFirstTwo()
    {
        await using var near = await TestApp.StartAsync(c => Fail(c, 503));
        await using var far = await TestApp.SayAsync("far");
        var endpoints = Xds.Endpoints(Name, near.Port);
        endpoints.Endpoints.Add(Xds.Endpoints(Name, far.Port).Endpoints[0]);
        endpoints.Endpoints[1].Priority = 1;
        await using var proxy = await OutboundProxy.StartAsync(Name, endpoints, route: Retry(p =>
        {
            (p.RetryOn, p.NumRetries) = ("5xx", 2);
            p.RetryPriority = new RetryPolicy.Types.RetryPriority { Name = "envoy.retry_priorities.previous_priorities" };
        }));
        Assert.Equal("far", await proxy.Http.GetStringAsync("/"));
        Assert.Equal(2, near.Requests);
    }

    [Fact]
    public async Task LastTry_FailsToo_ItsResponsePassesWithUrx()
    {
        await using var app = await TestApp.StartAsync(c => Fail(c, 503));
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port], route: Retry(p => (p.RetryOn, p.NumRetries) = ("5xx", 2)));
        using var response = await proxy.Http.GetAsync("/");
        Assert.Equal("failed", await response.Content.ReadAsStringAsync());
        Assert.Equal(3, app.Requests);
        await proxy.FlaggedAsync("URX");
        Assert.Equal(1, proxy.Upstream.Counters[UpstreamCounter.RetryLimitExceeded]);
        Assert.Equal(2, proxy.Upstream.Counters[UpstreamCounter.Retry]);
    }

    [Theory]
    [InlineData("POST", 1)]
    [InlineData("PUT", 2)]
    [InlineData("GET", 2)]
    public async Task DefaultPolicy_NonIdempotentRequestThatArrived_IsNotRepeatedAndCounted(string method, int expected)
    {
        await using var app = await FailingFirst(c => c.Response.StatusCode = 503);
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port], route: action => action.RetryPolicy = new RetryPolicy { RetryOn = "5xx" });
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");
        using var response = await proxy.Http.SendAsync(request);
        Assert.Equal(expected, app.Requests);
        Assert.Equal(2 - expected, proxy.Upstream.Counters[UpstreamCounter.RetryWithheld]);
        if (expected == 1) Assert.Contains("envoy_cluster_upstream_rq_retry_withheld", await proxy.AdminAsync("/stats/prometheus"));
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(5000, false)]
    public async Task Body_IsSentAgainWithinTheLimit_BeyondItTheResponsePasses(int length, bool expected)
    {
        var bodies = new List<int>();
        await using var app = await FailingFirst(c => c.Response.StatusCode = 503, async c =>
        {
            using var whole = new MemoryStream();
            await c.Request.Body.CopyToAsync(whole);
            lock (bodies) bodies.Add((int)whole.Length);
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port], route: Retry(p => p.RetryOn = "5xx"),
            routes: config => config.VirtualHosts[0].PerRequestBufferLimitBytes = 2000);
        using var response = await proxy.Http.PutAsync("/", new ByteArrayContent(new byte[length]));
        Assert.Equal(expected ? 200 : 503, (int)response.StatusCode);
        Assert.Equal(Enumerable.Repeat(length, expected ? 2 : 1), bodies);
        Assert.Equal(expected ? 0 : 1, proxy.Upstream.Counters[UpstreamCounter.RetryAbandoned]);
    }

    [Fact]
    public async Task RequestHeaders_FromTheApplication_AskForRetries()
    {
        await using var app = await FailingFirst(c => Fail(c, 503), failures: 2);
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "x-envoy-retry-on", "5xx" }, { "x-envoy-max-retries", "2" } } };
        using var response = await proxy.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, app.Requests);
    }

    [Fact]
    public async Task RequestHeaders_FromOutside_AreNotBelieved()
    {
        await using var app = await TestApp.StartAsync(c => Fail(c, 503, string.Join(',', c.Request.Headers.Keys)));
        using var ca = new TestCa();
        var port = FreePort.Next();
        await using var gateway = await TestProxy.StartAsync(ca, "gateway", "gateway", agent =>
        {
            agent.Set(TypeUrls.Cluster, Name, Xds.EdsCluster(Name));
            agent.Set(TypeUrls.ClusterLoadAssignment, Name, Xds.Endpoints(Name, app.Port));
            agent.Set(TypeUrls.Listener, "out", Xds.Http("out", port, "out"));
            agent.Set(TypeUrls.RouteConfiguration, "out", Xds.Routes("out", Xds.To(Name)));
        });
        await gateway.ReadyAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/") { Headers = { { "x-envoy-retry-on", "5xx" }, { "x-envoy-max-retries", "5" } } };
        using var response = await client.SendAsync(request);
        Assert.Equal(1, app.Requests);
        Assert.DoesNotContain("x-envoy-retry-on", await response.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task AttemptCount_NumbersTheTriesForTheUpstreamAndTheClient()
    {
        var counts = new List<string>();
        await using var app = await FailingFirst(c => Fail(c, 503), c =>
        {
            lock (counts) counts.Add(c.Request.Headers["x-envoy-attempt-count"].ToString());
            return Task.CompletedTask;
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port], route: Retry(p => p.RetryOn = "5xx"), routes: config =>
            (config.VirtualHosts[0].IncludeRequestAttemptCount, config.VirtualHosts[0].IncludeAttemptCountInResponse) = (true, true));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "x-envoy-attempt-count", "9" } } };
        using var response = await proxy.Http.SendAsync(request);
        Assert.Equal(["1", "2"], counts);
        Assert.Equal("2", Assert.Single(response.Headers.GetValues("x-envoy-attempt-count")));
    }

    [Fact]
    public async Task RetryAfter_IsWaitedFor()
    {
        await using var app = await FailingFirst(c =>
        {
            c.Response.StatusCode = 503;
            c.Response.Headers.RetryAfter = "1";
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port], route: Retry(p =>
        {
            p.RetryOn = "5xx";
            p.RateLimitedRetryBackOff = new RetryPolicy.Types.RateLimitedRetryBackOff { ResetHeaders = { new RetryPolicy.Types.ResetHeader { Name = "retry-after" } } };
        }));
        var started = TimeProvider.System.GetTimestamp();
        Assert.Equal("ok", await proxy.Http.GetStringAsync("/"));
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task RetriableRequestHeaders_DoNotMatch_NoRetry()
    {
        await using var app = await FailingFirst(c => Fail(c, 503));
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port], route: Retry(p =>
        {
            p.RetryOn = "5xx";
            p.RetriableRequestHeaders.Add(new HeaderMatcher { Name = "x-may-repeat", PresentMatch = true });
        }));
        using var response = await proxy.Http.GetAsync("/");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    private static Action<RouteAction> Retry(Action<RetryPolicy> set) => action =>
    {
        action.RetryPolicy = new RetryPolicy { RetryBackOff = new() { BaseInterval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1)) } };
        set(action.RetryPolicy);
    };

    private static Task<TestApp> FailingFirst(Action<HttpContext> fail, Func<HttpContext, Task>? always = null, int failures = 1) =>
        FailingFirst(c =>
        {
            fail(c);
            return Task.CompletedTask;
        }, always, failures);

    private static Task<TestApp> FailingFirst(Func<HttpContext, Task> fail, Func<HttpContext, Task>? always = null, int failures = 1) =>
        TestApp.StartAsync(async c =>
        {
            if (always is not null) await always(c);
            if (Interlocked.Decrement(ref failures) >= 0) await fail(c);
            else await c.Response.WriteAsync("ok");
        });

    private static Task Fail(HttpContext context, int status, string text = "failed")
    {
        context.Response.StatusCode = status;
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();
    }
}
