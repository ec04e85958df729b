using System.Net;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf;
using Mesh.Sidecar.Discovery;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Security.Files;
using Mesh.Sidecar.Tests.Harness;
using Mesh.Sidecar.Upstreams;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Sidecar.Tests.Discovery;

/// <summary>What nobody calls is kept as it came, judged but not made, and serves the first caller as if it had been.</summary>
public sealed class SleepingTests
{
    [Fact]
    public async Task Upstream_NobodyCalled_SleepsUntilTheFirstRequest()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port);
        var upstream = proxy.Proxy.Process.Configuration.Upstreams["other"];
        await Eventually.TrueAsync(() => upstream.IsKnown);
        // A look at it is not a call.
        Assert.Contains($"127.0.0.1:{app.Port}", await AdminAsync(proxy, "/clusters"));
        Assert.True(upstream.IsAsleep);
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/other"));
        Assert.False(upstream.IsAsleep);
        Assert.Single(upstream.Loaded!.Endpoints);
    }

    [Fact]
    public async Task Upstream_WokenByManyAtOnce_IsMadeOnce()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port);
        var upstream = proxy.Proxy.Process.Configuration.Upstreams["other"];
        await Eventually.TrueAsync(() => upstream.IsKnown);
        var models = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => upstream.Model)));
        Assert.NotNull(models[0]);
        Assert.All(models, m => Assert.Same(models[0], m));
    }

    [Fact]
    public async Task Endpoints_ChangedWhileAsleep_AreThoseOfTheFirstRequest()
    {
        await using var old = await TestApp.SayAsync("old");
        await using var app = await TestApp.SayAsync("new");
        await using var proxy = await StartAsync(old.Port);
        var configuration = proxy.Proxy.Process.Configuration;
        proxy.Agent.Set(TypeUrls.ClusterLoadAssignment, "other", Xds.Endpoints("other", app.Port));
        await Eventually.TrueAsync(() => configuration.Upstreams["other"].Peek()?.Endpoints is [{ State.Key.Address: IPEndPoint address }] && address.Port == app.Port);
        Assert.True(configuration.Upstreams["other"].IsAsleep);
        Assert.Equal("new", await proxy.Client.GetStringAsync("/other"));
    }

    [Fact]
    public async Task Endpoints_BadOnesForASleeper_AreRefusedWhenTheyCome()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port);
        var bad = Xds.Endpoints("other", app.Port);
        bad.Policy = new ClusterLoadAssignment.Types.Policy { DropOverloads = { new ClusterLoadAssignment.Types.Policy.Types.DropOverload { Category = "all" } } };
        proxy.Agent.Set(TypeUrls.ClusterLoadAssignment, "other", bad);
        await Eventually.TrueAsync(() => proxy.Agent.Nacks.Any(n => n.Message.Contains("drop_overloads", StringComparison.Ordinal)));
        Assert.True(proxy.Proxy.Process.Configuration.Upstreams["other"].IsAsleep);
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/other"));
    }

    [Fact]
    public async Task Cluster_BadOneForASleeper_IsRefusedWhenItComes()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port);
        var bad = Xds.EdsCluster("other");
        bad.CircuitBreakers = new() { Thresholds = { new Envoy.Config.Cluster.V3.CircuitBreakers.Types.Thresholds { Priority = Envoy.Config.Core.V3.RoutingPriority.High } } };
        proxy.Agent.Set(TypeUrls.Cluster, "other", bad);
        await Eventually.TrueAsync(() => proxy.Agent.Nacks.Any(n => n.Message.Contains("priority HIGH", StringComparison.Ordinal)));
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/other"));
    }

    [Fact]
    public void RemoveCluster_OfASleeper_ServesUntilItIsDropped()
    {
        using var upstreams = new UpstreamResources(
            new UpstreamConnector(new TlsHandshakes(new WorkloadIdentity(), new PeerVerifier("cluster.local", TimeProvider.System, NullLogger.Instance)), TimeProvider.System),
            new SourceStore(), new SharedParts(), new CertificateFiles(TimeProvider.System, NullLogger.Instance), TimeProvider.System, NullLogger.Instance);
        upstreams.SetCluster("other", Xds.EdsCluster("other").ToByteString());
        Assert.False(upstreams.State("other").IsKnown);
        Assert.Equal(["other"], upstreams.WantedEndpoints());
        upstreams.SetEndpoints("other", Xds.Endpoints("other", 80, 81).ToByteString());
        Assert.True(upstreams.State("other").IsAsleep);
        upstreams.RemoveCluster("other");
        upstreams.RemoveEndpoints("other");
        Assert.Equal(2, upstreams.State("other").Model!.Endpoints.Count);
        upstreams.DropRemoved(new HashSet<string>());
        Assert.False(upstreams.State("other").IsKnown);
        Assert.Null(upstreams.State("other").Model);
    }

    [Fact]
    public async Task Cluster_ThatMustLearn_DoesNotSleep()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port);
        var upstream = proxy.Proxy.Process.Configuration.Upstreams["other"];
        await Eventually.TrueAsync(() => upstream.IsAsleep);
        var cluster = Xds.EdsCluster("other");
        cluster.OutlierDetection = new();
        proxy.Agent.Set(TypeUrls.Cluster, "other", cluster);
        await Eventually.TrueAsync(() => upstream.Outliers is not null);
        Assert.False(upstream.IsAsleep);
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/other"));
    }

    [Fact]
    public async Task Endpoints_TooManyForTheFirstRequest_AreMadeAtOnce()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port);
        var upstream = proxy.Proxy.Process.Configuration.Upstreams["other"];
        await Eventually.TrueAsync(() => upstream.IsAsleep);
        proxy.Agent.Set(TypeUrls.ClusterLoadAssignment, "other", Xds.Endpoints("other", [.. Enumerable.Range(0, 40).Select(i => 20_000 + i)]));
        await Eventually.TrueAsync(() => upstream.Loaded?.Endpoints.Count == 40);
        proxy.Agent.Remove(TypeUrls.ClusterLoadAssignment, "other");
        await Eventually.TrueAsync(() => upstream.Loaded?.Endpoints.Count == 0);
    }

    [Fact]
    public async Task Listener_NobodyConnectedTo_SleepsUntilTheFirstCaller()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port);
        var port = FreePort.Next();
        proxy.Agent.Set(TypeUrls.Listener, "alias", Xds.Http("alias", port, "out"));
        var listeners = proxy.Proxy.Process.Configuration.Listeners;
        await Eventually.TrueAsync(() => listeners.GetValueOrDefault("alias") is { IsAccepting: true });
        Assert.True(listeners["alias"].IsAsleep);
        Assert.Contains("\"alias\"", await AdminAsync(proxy, "/listeners"));
        Assert.True(listeners["alias"].IsAsleep);
        Assert.Equal("ok", await proxy.Client.GetStringAsync($"http://127.0.0.1:{port}/other"));
        Assert.False(listeners["alias"].IsAsleep);
        Assert.Equal("ok", await proxy.Client.GetStringAsync($"http://127.0.0.1:{port}/"));
        proxy.Agent.Remove(TypeUrls.Listener, "alias");
        await Eventually.TrueAsync(() => !listeners.ContainsKey("alias"));
        // The address is free again: nothing of the socket is left.
        proxy.Agent.Set(TypeUrls.Listener, "alias", Xds.Http("alias", port, "out"));
        await Eventually.TrueAsync(() => listeners.GetValueOrDefault("alias") is { IsAccepting: true });
        Assert.Equal("ok", await proxy.Client.GetStringAsync($"http://127.0.0.1:{port}/other"));
    }

    [Fact]
    public async Task Listener_ChangedWhileAsleep_IsTheNewOneForTheFirstCaller()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port);
        var port = FreePort.Next();
        var configuration = proxy.Proxy.Process.Configuration;
        proxy.Agent.Set(TypeUrls.RouteConfiguration, "else", Xds.Routes("else", Xds.To("other", match: m => m.Prefix = "/else")));
        proxy.Agent.Set(TypeUrls.Listener, "alias", Xds.Http("alias", port, "out"));
        await Eventually.TrueAsync(() => configuration.Listeners.GetValueOrDefault("alias") is { IsAccepting: true });
        proxy.Agent.Set(TypeUrls.Listener, "alias", Xds.Http("alias", port, "else"));
        await Eventually.TrueAsync(() => configuration.Listeners["alias"].Routes is [{ Name: "else", Table: not null }]);
        Assert.True(configuration.Listeners["alias"].IsAsleep);
        Assert.Equal("ok", await proxy.Client.GetStringAsync($"http://127.0.0.1:{port}/else"));
        using var unrouted = await proxy.Client.GetAsync($"http://127.0.0.1:{port}/other");
        Assert.Equal(HttpStatusCode.NotFound, unrouted.StatusCode);
    }

    private static Task<string> AdminAsync(OneProxy proxy, string path) => proxy.Client.GetStringAsync(proxy.Proxy.Process.AdminAddresses[0] + path);

    // "v1" is called by everything but /other.
    private static Task<OneProxy> StartAsync(int port) =>
        OneProxy.StartAsync(Xds.Routes("out", Xds.To("other", match: m => m.Prefix = "/other"), Xds.To("v1")), ("v1", port), ("other", port));
}
