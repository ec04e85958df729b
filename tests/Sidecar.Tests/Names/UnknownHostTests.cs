using System.Net;
using Envoy.Config.Route.V3;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;
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

    private static Task<OneProxy> StartAsync()
    {
        var cluster = new XdsCluster { Name = "PassthroughCluster", Type = XdsCluster.Types.DiscoveryType.OriginalDst, LbPolicy = XdsCluster.Types.LbPolicy.ClusterProvided };
        return OneProxy.StartAsync(Xds.Routes("out", Xds.To("PassthroughCluster")), null, a => a.Set(TypeUrls.Cluster, cluster.Name, cluster));
    }
}
