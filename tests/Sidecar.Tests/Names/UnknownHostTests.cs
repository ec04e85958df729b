using System.Net;
using Envoy.Config.Route.V3;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Names;
using Mesh.Sidecar.Tests.Balancing;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Sidecar.Tests.Names;

/// <summary>Hosts that the mesh does not know: refused, or sent to whom the Host names.</summary>
public sealed class UnknownHostTests
{
    [Fact]
    public async Task RegistryOnly_Refuses_AndIsCountedAsBlackHole()
    {
        var block = new Route { Name = "block_all", Match = new RouteMatch { Prefix = "/" }, DirectResponse = new DirectResponseAction { Status = 502 } };
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", block));
        using var response = await proxy.SendAsync(HttpMethod.Get, "/", ("host", "www.example.com"));
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("NR", await proxy.FlagsAsync());
        Assert.Contains("destination_service_name=\"BlackHoleCluster\"", Assert.Single(proxy.Proxy.Process.Metrics.Requests).Labels);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task AllowAny_SendsToTheHost_AndIsCountedAsPassthrough(string name)
    {
        await using var app = await TestApp.StartAsync(c => c.Response.WriteAsync($"{c.Request.Host} {c.Request.Method}"));
        await using var proxy = await StartAsync();
        for (var i = 0; i < 3; i++)
        {
            using var response = await proxy.SendAsync(HttpMethod.Get, "/", ("host", $"{name}:{app.Port}"));
            Assert.Equal($"{name}:{app.Port} GET", await response.Content.ReadAsStringAsync());
        }
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Metrics.Requests.Sum(s => s.Requests) == 3);
        Assert.Contains("destination_service_name=\"PassthroughCluster\"", Assert.Single(proxy.Proxy.Process.Metrics.Requests).Labels);
        Assert.Equal(1, proxy.Proxy.Process.UnknownHosts.Count);
    }

    [Fact]
    public async Task AllowAny_HostOfTheProxyItself_IsRefused()
    {
        await using var proxy = await StartAsync();
        using var response = await proxy.SendAsync(HttpMethod.Get, "/", ("host", $"localhost:{proxy.Port}"));
        Assert.Equal(508, (int)response.StatusCode);
        Assert.Equal("NR", await proxy.FlagsAsync());
    }

    [Theory]
    [InlineData("no such name.invalid")]
    [InlineData("localhost:99999")]
    [InlineData("localhost:x")]
    public async Task AllowAny_HostThatDoesNotResolve_Is503WithDf(string host)
    {
        await using var proxy = await StartAsync();
        using var response = await proxy.SendAsync(HttpMethod.Get, "/", ("host", host));
        // Kestrel itself refuses what is no host at all.
        if (response.StatusCode == HttpStatusCode.BadRequest) return;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("DF", await proxy.FlagsAsync());
        Assert.Equal(0, proxy.Proxy.Process.UnknownHosts.Count);
    }

    /// <summary>A host that is looked for while the table fills up is in it afterwards, the table is no larger than it may be, and what left it is retired.</summary>
    [Fact]
    public async Task FindAsync_TableFillsUpMeanwhile_HostHasItsPlaceAndNothingIsLeftOutside()
    {
        var slow = new TaskCompletionSource<IPAddress[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var config = new UpstreamConfigModel { Name = "PassthroughCluster" };
        var hosts = new UnknownHosts(Endpoints.Connector, (name, _) => name == "slow" ? slow.Task : Task.FromResult<IPAddress[]>([IPAddress.Parse("192.0.2.1")]),
            _ => false, TimeProvider.System, NullLogger.Instance);
        var finding = hosts.FindAsync("slow:80", config, CancellationToken.None);
        var found = new List<UpstreamState>();
        for (var i = 0; i < UnknownHosts.MaxHosts; i++) found.Add((await hosts.FindAsync($"host-{i}:80", config, CancellationToken.None)).Upstream!);
        Assert.Equal(UnknownHosts.MaxHosts, hosts.Count);
        slow.SetResult([IPAddress.Parse("192.0.2.2")]);
        var (verdict, upstream) = await finding;
        Assert.Equal(UnknownHostVerdict.Found, verdict);
        Assert.Equal(UnknownHosts.MaxHosts, hosts.Count);
        Assert.Same(upstream, (await hosts.FindAsync("slow:80", config, CancellationToken.None)).Upstream);
        Assert.False(Assert.Single(upstream!.Model!.Endpoints).State.IsRetired);
        Assert.Single(found, u => u.Model!.Endpoints[0].State.IsRetired);
    }

    /// <summary>Two requests for a new host at once: both get the one entry, whoever is first.</summary>
    [Fact]
    public async Task FindAsync_TwoAtOnce_ShareOneUpstream()
    {
        var answer = new TaskCompletionSource<IPAddress[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var config = new UpstreamConfigModel { Name = "PassthroughCluster" };
        var hosts = new UnknownHosts(Endpoints.Connector, (_, _) => answer.Task, _ => false, TimeProvider.System, NullLogger.Instance);
        var (one, two) = (hosts.FindAsync("a", config, CancellationToken.None), hosts.FindAsync("a", config, CancellationToken.None));
        Assert.Equal(0, hosts.Count);
        answer.SetResult([IPAddress.Parse("192.0.2.1")]);
        Assert.Same((await one).Upstream, (await two).Upstream);
        Assert.Equal(1, hosts.Count);
    }

    private static Task<OneProxy> StartAsync()
    {
        var cluster = new XdsCluster { Name = "PassthroughCluster", Type = XdsCluster.Types.DiscoveryType.OriginalDst, LbPolicy = XdsCluster.Types.LbPolicy.ClusterProvided };
        return OneProxy.StartAsync(Xds.Routes("out", Xds.To("PassthroughCluster")), null, a => a.Set(TypeUrls.Cluster, cluster.Name, cluster));
    }
}
