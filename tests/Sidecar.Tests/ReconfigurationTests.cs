using System.Net;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace Mesh.Sidecar.Tests;

public sealed class ReconfigurationTests
{
    [Fact]
    public async Task WeightedSplit_ChangedUnderLoad_FailsNoRequestAndFollowsTheWeights()
    {
        await using var one = await TestApp.SayAsync("v1");
        await using var two = await TestApp.SayAsync("v2");
        await using var proxy = await PlainAsync(Split(90, 10), ("v1", one.Port), ("v2", two.Port));
        var before = await CountAsync(proxy.Client, 1000);
        Assert.InRange(before, 60, 150);
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(_ => LoadAsync(proxy.Client, stop.Token)).ToArray();
        for (uint i = 0; i < 20; i++)
        {
            proxy.Agent.Set(TypeUrls.RouteConfiguration, "out", Split(50, 50 + i % 2));
            await Eventually.TrueAsync(() => proxy.Agent.Acks.Count(a => a.Type == TypeUrls.RouteConfiguration) >= i + 2);
        }
        await stop.CancelAsync();
        await Task.WhenAll(load);
        Assert.InRange(await CountAsync(proxy.Client, 1000), 420, 590);
        Assert.Empty(proxy.Agent.Nacks);
    }

    [Fact]
    public async Task Listener_AddedAndRemovedUnderLoad_FailsNoRequest()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await PlainAsync(Xds.Routes("out", Xds.To("v1")), ("v1", app.Port));
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(_ => LoadAsync(proxy.Client, stop.Token)).ToArray();
        for (var i = 0; i < 5; i++)
        {
            var port = FreePort.Next();
            proxy.Agent.Set(TypeUrls.Listener, "extra", Xds.Http("extra", port, "out"));
            await Eventually.TrueAsync(() => proxy.Proxy.Process.Configuration.Listeners.GetValueOrDefault("extra") is { IsAccepting: true } l && l.BoundAddress.Port == port);
            Assert.Equal("ok", await proxy.Client.GetStringAsync($"http://127.0.0.1:{port}/"));
            proxy.Agent.Remove(TypeUrls.Listener, "extra");
            await Eventually.TrueAsync(() => !proxy.Proxy.Process.Configuration.Listeners.ContainsKey("extra"));
        }
        await stop.CancelAsync();
        await Task.WhenAll(load);
    }

    [Fact]
    public async Task Services_ThatComeAndGo_LeaveNothingBehind()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await PlainAsync(Xds.Routes("out", Xds.To("v1")), ("v1", app.Port));
        var configuration = proxy.Proxy.Process.Configuration;
        for (var i = 0; i < 5; i++)
        {
            var (name, port) = ($"passing-{i}", FreePort.Next());
            proxy.Agent.Set(TypeUrls.Cluster, name, Xds.EdsCluster(name));
            proxy.Agent.Set(TypeUrls.ClusterLoadAssignment, name, Xds.Endpoints(name, app.Port));
            proxy.Agent.Set(TypeUrls.RouteConfiguration, name, Xds.Routes(name, Xds.To(name)));
            proxy.Agent.Set(TypeUrls.Listener, name, Xds.Http(name, port, name));
            await Eventually.TrueAsync(() => configuration.Listeners.GetValueOrDefault(name) is { IsAccepting: true });
            Assert.Equal("ok", await proxy.Client.GetStringAsync($"http://127.0.0.1:{port}/"));
            proxy.Agent.Remove(TypeUrls.Listener, name);
            proxy.Agent.Remove(TypeUrls.RouteConfiguration, name);
            proxy.Agent.Remove(TypeUrls.Cluster, name);
            proxy.Agent.Remove(TypeUrls.ClusterLoadAssignment, name);
        }
        await Eventually.TrueAsync(() => configuration.Upstreams.Count == 1 && configuration.Routes.Count == 1 && Sources().All(n => !n.StartsWith("passing", StringComparison.Ordinal)));
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));

        IEnumerable<string> Sources() => new[] { TypeUrls.Cluster, TypeUrls.ClusterLoadAssignment, TypeUrls.Listener, TypeUrls.RouteConfiguration }.SelectMany(configuration.Sources.Names);
    }

    [Fact]
    public async Task Endpoints_ReplacedUnderLoad_FailNoRequest()
    {
        await using var one = await TestApp.SayAsync("ok");
        await using var two = await TestApp.SayAsync("ok");
        await using var proxy = await PlainAsync(Xds.Routes("out", Xds.To("v1")), ("v1", one.Port));
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(_ => LoadAsync(proxy.Client, stop.Token)).ToArray();
        for (var i = 0; i < 20; i++)
        {
            var port = i % 2 == 0 ? two.Port : one.Port;
            proxy.Agent.Set(TypeUrls.ClusterLoadAssignment, "v1", Xds.Endpoints("v1", port));
            await Eventually.TrueAsync(() => proxy.Proxy.Process.Configuration.Upstreams["v1"].Model!.Endpoints[0].State.Key.Address is IPEndPoint address && address.Port == port);
        }
        await stop.CancelAsync();
        await Task.WhenAll(load);
        Assert.True(two.Requests > 0);
    }

    [Fact]
    public async Task ListenerOnTakenPort_IsRefusedByNameAndNothingElseSuffers()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await PlainAsync(Xds.Routes("out", Xds.To("v1")), ("v1", app.Port));
        proxy.Agent.Set(TypeUrls.Listener, "taken", Xds.Http("taken", app.Port, "out"));
        await Eventually.TrueAsync(() => !proxy.Agent.Nacks.IsEmpty);
        Assert.Contains("taken: cannot listen", proxy.Agent.Nacks.First().Message);
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
    }

    [Fact]
    public async Task ListenerOnTakenPort_WhenThePortComesFree_TakesForceWithItsOwnRoutes()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await PlainAsync(Xds.Routes("out", Xds.To("v1")), ("v1", app.Port));
        using var holder = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        proxy.Agent.Set(TypeUrls.RouteConfiguration, "late", Xds.Routes("late", Xds.To("v1")));
        proxy.Agent.Set(TypeUrls.Listener, "late", Xds.Http("late", port, "late"));
        await Eventually.TrueAsync(() => !proxy.Agent.Nacks.IsEmpty);
        holder.Stop();
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Configuration.Listeners.GetValueOrDefault("late") is { IsAccepting: true });
        Assert.Equal("ok", await proxy.Client.GetStringAsync($"http://127.0.0.1:{port}/"));
        // The agent must hear that it is accepted now, or its status would say refused for ever.
        await Eventually.TrueAsync(() => proxy.Agent.Subscriptions.Contains((TypeUrls.Listener, "late")));
        await Eventually.TrueAsync(() => proxy.Agent.Acks.Count(a => a.Type == TypeUrls.Listener) >= 2);
        Assert.Single(proxy.Agent.Nacks);
    }

    [Fact]
    public async Task ListenerOnTakenPort_RemovedMeanwhile_IsNotTriedAgain()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await PlainAsync(Xds.Routes("out", Xds.To("v1")), ("v1", app.Port));
        proxy.Agent.Set(TypeUrls.Listener, "taken", Xds.Http("taken", app.Port, "out"));
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Configuration.UntilRetry is not null);
        proxy.Agent.Remove(TypeUrls.Listener, "taken");
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Configuration.UntilRetry is null);
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
    }

    [Fact]
    public async Task BadRoute_IsRefusedAndTheLastGoodStays()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await PlainAsync(Xds.Routes("out", Xds.To("v1")), ("v1", app.Port));
        proxy.Agent.Set(TypeUrls.RouteConfiguration, "out", Xds.Routes("out", Xds.To("v1", match: m => m.SafeRegex = new() { Regex = "(?=x)" })));
        await Eventually.TrueAsync(() => !proxy.Agent.Nacks.IsEmpty);
        Assert.Contains("regular expression", proxy.Agent.Nacks.First().Message);
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
    }

    [Fact]
    public async Task AgentGone_TrafficGoesOn()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await PlainAsync(Xds.Routes("out", Xds.To("v1")), ("v1", app.Port));
        await proxy.Agent.DisposeAsync();
        await Eventually.TrueAsync(() => !proxy.Proxy.Process.Discovery.IsConnected);
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
    }

    [Fact]
    public async Task HeaderMatch_SendsMarkedUserElsewhere()
    {
        await using var one = await TestApp.SayAsync("v1");
        await using var two = await TestApp.SayAsync("v2");
        var marked = Xds.To("v2", match: m => m.Headers.Add(new HeaderMatcher { Name = "x-user", StringMatch = new() { Exact = "jason" } }));
        await using var proxy = await PlainAsync(Xds.Routes("out", marked, Xds.To("v1")), ("v1", one.Port), ("v2", two.Port));
        Assert.Equal("v1", await proxy.Client.GetStringAsync("/"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "x-user", "jason" } } };
        using var response = await proxy.Client.SendAsync(request);
        Assert.Equal("v2", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Retries_HideAnInstanceThatFails_ForIdempotentRequestsOnly()
    {
        await using var bad = await TestApp.StartAsync(c =>
        {
            c.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        await using var good = await TestApp.SayAsync("ok");
        var policy = new RetryPolicy { RetryOn = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes", NumRetries = 2, RetriableStatusCodes = { 503 } };
        await using var proxy = await PlainAsync(Xds.Routes("out", Xds.To("v1", a => a.RetryPolicy = policy)), ("v1", good.Port));
        proxy.Agent.Set(TypeUrls.ClusterLoadAssignment, "v1", Xds.Endpoints("v1", bad.Port, good.Port));
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Configuration.Upstreams["v1"].Model!.Endpoints.Count == 2);
        for (var i = 0; i < 30; i++) Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
        Assert.True(bad.Requests > 0);
        var failures = 0;
        for (var i = 0; i < 20; i++)
        {
            using var posted = await proxy.Client.PostAsync("/", new StringContent("x"));
            if (posted.StatusCode == HttpStatusCode.ServiceUnavailable) failures++;
        }
        Assert.True(failures > 0);
    }

    [Fact]
    public async Task ExplicitRetries_ReplayThePostedBody()
    {
        var tries = 0;
        await using var app = await TestApp.StartAsync(async c =>
        {
            using var reader = new StreamReader(c.Request.Body);
            var text = await reader.ReadToEndAsync();
            if (Interlocked.Increment(ref tries) < 3) c.Response.StatusCode = 503;
            else await c.Response.WriteAsync(text);
        });
        var route = Xds.To("v1", a => a.RetryPolicy = new RetryPolicy { RetryOn = "5xx", NumRetries = 3 });
        route.Metadata = new() { FilterMetadata = { ["mesh.dev"] = new Struct { Fields = { ["retries"] = Value.ForString("explicit") } } } };
        await using var proxy = await PlainAsync(Xds.Routes("out", route), ("v1", app.Port));
        using var response = await proxy.Client.PostAsync("/", new StringContent("hello"));
        Assert.Equal("hello", await response.Content.ReadAsStringAsync());
        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task Timeout_CutsASlowUpstream()
    {
        await using var app = await TestApp.StartAsync(c => Task.Delay(Timeout.Infinite, c.RequestAborted));
        await using var proxy = await PlainAsync(
            Xds.Routes("out", Xds.To("v1", a => a.Timeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(200)))), ("v1", app.Port));
        using var response = await proxy.Client.GetAsync("/");
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal("upstream request timeout", await response.Content.ReadAsStringAsync());
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Metrics.Requests.Any(s => s.Labels.Contains("response_flags=\"UT\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task NoEndpoints_And_NoRoute_AnswerAsEnvoyDoes()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await PlainAsync(Xds.Routes("out", Xds.To("v1", match: m => m.Prefix = "/a")), ("v1", app.Port));
        proxy.Agent.Set(TypeUrls.ClusterLoadAssignment, "v1", Xds.Endpoints("v1"));
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Configuration.Upstreams["v1"].Model!.Endpoints.Count == 0);
        using var unhealthy = await proxy.Client.GetAsync("/a");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unhealthy.StatusCode);
        Assert.Equal("no healthy upstream", await unhealthy.Content.ReadAsStringAsync());
        using var unrouted = await proxy.Client.GetAsync("/b");
        Assert.Equal(HttpStatusCode.NotFound, unrouted.StatusCode);
    }

    [Fact]
    public async Task Drain_LetsTheRequestInFlightFinishAndTurnsReadinessOff()
    {
        var release = new TaskCompletionSource();
        await using var app = await TestApp.StartAsync(async c =>
        {
            await release.Task;
            await c.Response.WriteAsync("late");
        });
        await using var proxy = await PlainAsync(Xds.Routes("out", Xds.To("v1")), ("v1", app.Port));
        var readiness = new Uri(proxy.Proxy.Process.AdminAddresses[1] + "/healthz/ready");
        Assert.Equal(HttpStatusCode.OK, (await proxy.Client.GetAsync(readiness)).StatusCode);
        var inFlight = proxy.Client.GetStringAsync("/");
        await Eventually.TrueAsync(() => app.Requests == 1);
        proxy.Proxy.Process.BeginDrain();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await proxy.Client.GetAsync(readiness)).StatusCode);
        release.SetResult();
        Assert.Equal("late", await inFlight);
    }

    [Fact]
    public async Task AdminPort_DumpsConfigurationWithoutSecrets()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await PlainAsync(Xds.Routes("out", Xds.To("v1")), ("v1", app.Port));
        var admin = proxy.Proxy.Process.AdminAddresses[0];
        foreach (var page in (string[])["config_dump", "clusters", "listeners", "certs", "server_info"])
        {
            var text = await proxy.Client.GetStringAsync($"{admin}/{page}");
            using var parsed = System.Text.Json.JsonDocument.Parse(text);
            Assert.DoesNotContain("PRIVATE KEY", text);
        }
        Assert.Contains("\"HttpConnectionManager\"".Trim('"'), await proxy.Client.GetStringAsync($"{admin}/config_dump"));
        Assert.Contains("spiffe://cluster.local/ns/default/sa/client", await proxy.Client.GetStringAsync($"{admin}/certs"));
        Assert.Contains("mesh_sidecar_ready 1", await proxy.Client.GetStringAsync($"{admin}/stats/prometheus"));
    }

    private static RouteConfiguration Split(uint one, uint two)
    {
        var route = Xds.To("v1");
        route.Route_.WeightedClusters = new WeightedCluster
        {
            Clusters = { new WeightedCluster.Types.ClusterWeight { Name = "v1", Weight = one }, new WeightedCluster.Types.ClusterWeight { Name = "v2", Weight = two } },
        };
        return Xds.Routes("out", route);
    }

    private static async Task<int> CountAsync(HttpClient client, int requests)
    {
        var second = 0;
        for (var i = 0; i < requests; i++)
            if (await client.GetStringAsync("/") == "v2") second++;
        return second;
    }

    private static async Task LoadAsync(HttpClient client, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var response = await client.GetAsync("/", CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    private static async Task<Plain> PlainAsync(RouteConfiguration routes, params (string Name, int Port)[] upstreams)
    {
        var ca = new TestCa();
        var port = FreePort.Next();
        var proxy = await TestProxy.StartAsync(ca, "client", configure: agent =>
        {
            foreach (var (name, upstreamPort) in upstreams)
            {
                agent.Set(TypeUrls.Cluster, name, Xds.EdsCluster(name));
                agent.Set(TypeUrls.ClusterLoadAssignment, name, Xds.Endpoints(name, upstreamPort));
            }
            agent.Set(TypeUrls.Listener, "out", Xds.Http("out", port, "out"));
            agent.Set(TypeUrls.RouteConfiguration, "out", routes);
        });
        await proxy.ReadyAsync();
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(20) };
        return new Plain(ca, proxy, client);
    }

    private sealed record Plain(TestCa Ca, TestProxy Proxy, HttpClient Client) : IAsyncDisposable
    {
        public FakeAgent Agent => Proxy.Agent;

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await Proxy.DisposeAsync();
            Ca.Dispose();
        }
    }
}
