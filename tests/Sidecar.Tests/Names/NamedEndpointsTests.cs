using System.Net;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;
using Endpoint = Envoy.Config.Endpoint.V3.Endpoint;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Sidecar.Tests.Names;

/// <summary>Upstreams whose endpoints are names.</summary>
public sealed class NamedEndpointsTests
{
    [Theory]
    [InlineData(XdsCluster.Types.DiscoveryType.StrictDns)]
    [InlineData(XdsCluster.Types.DiscoveryType.LogicalDns)]
    public async Task Names_AreResolved_AndRoutesWaitForThem(XdsCluster.Types.DiscoveryType type)
    {
        await using var app = await TestApp.StartAsync(c => c.Response.WriteAsync(c.Request.Host.ToString()));
        var cluster = Cluster(type, ("localhost", app.Port));
        await using var proxy = await OneProxy.StartAsync(
            Xds.Routes("out", Xds.To("named", a => a.AutoHostRewrite = true)), null, a => a.Set(TypeUrls.Cluster, "named", cluster));
        using var response = await proxy.SendAsync(HttpMethod.Get, "/", ("host", "shop"));
        Assert.Equal("localhost", await response.Content.ReadAsStringAsync());
        Assert.Equal(IPAddress.Loopback, Assert.IsType<IPEndPoint>(Assert.Single(proxy.Proxy.Process.Configuration.Upstreams["named"].Model!.Endpoints).State.Key.Address).Address);
    }

    [Fact]
    public async Task NameThatDoesNotResolve_LeavesTheOthers()
    {
        await using var app = await TestApp.SayAsync("ok");
        var cluster = Cluster(XdsCluster.Types.DiscoveryType.StrictDns, ("no-such-name.invalid", 80), ("127.0.0.1", app.Port));
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", Xds.To("named")), null, a => a.Set(TypeUrls.Cluster, "named", cluster));
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
        Assert.Single(proxy.Proxy.Process.Configuration.Upstreams["named"].Model!.Endpoints);
    }

    [Fact]
    public async Task NoNameThatResolves_Is503_AndAnotherClusterOfTheNameTakesOver()
    {
        await using var app = await TestApp.SayAsync("ok");
        var cluster = Cluster(XdsCluster.Types.DiscoveryType.StrictDns, ("no-such-name.invalid", 80));
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", Xds.To("named")), null, a => a.Set(TypeUrls.Cluster, "named", cluster));
        using var failed = await proxy.Client.GetAsync("/");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        proxy.Agent.Set(TypeUrls.Cluster, "named", Cluster(XdsCluster.Types.DiscoveryType.StrictDns, ("localhost", app.Port)));
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Configuration.Upstreams["named"].Model!.Endpoints.Count == 1);
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
    }

    private static XdsCluster Cluster(XdsCluster.Types.DiscoveryType type, params (string Name, int Port)[] endpoints)
    {
        var locality = new LocalityLbEndpoints();
        foreach (var (name, port) in endpoints) locality.LbEndpoints.Add(new LbEndpoint { Endpoint = new Endpoint { Address = Xds.At(port, name) } });
        return new XdsCluster
        {
            Name = "named", Type = type, DnsRefreshRate = Duration.FromTimeSpan(TimeSpan.FromSeconds(5)), DnsLookupFamily = XdsCluster.Types.DnsLookupFamily.V4Only,
            LoadAssignment = new ClusterLoadAssignment { ClusterName = "named", Endpoints = { locality } },
        };
    }
}
