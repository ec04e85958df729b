using System.Net;
using Envoy.Config.Cluster.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace Mesh.Sidecar.Tests.Resilience;

/// <summary>Outlier detection through a real proxy.</summary>
public sealed class EjectionTests
{
    private const string Name = "outbound|80||app.default.svc.cluster.local";

    [Fact]
    public async Task FailingEndpoint_IsTakenOutAndComesBack()
    {
        var isIll = true;
        await using var ill = await TestApp.StartAsync(c =>
        {
            if (Volatile.Read(ref isIll)) c.Response.StatusCode = 503;
            return c.Response.WriteAsync("ill");
        });
        await using var well = await TestApp.SayAsync("well");
        await using var proxy = await OutboundProxy.StartAsync(Name, [ill.Port, well.Port], cluster => cluster.OutlierDetection = new OutlierDetection
        {
            Consecutive5Xx = 3, MaxEjectionPercent = 50, BaseEjectionTime = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(500)),
            Interval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(100)), EnforcingSuccessRate = 0,
        });
        await Eventually.TrueAsync(() =>
        {
            proxy.Http.GetAsync("/").GetAwaiter().GetResult().Dispose();
            return proxy.Upstream.Outliers!.Active == 1;
        });
        Assert.Contains("\"ejected\": true", await proxy.AdminAsync("/clusters"));
        var metrics = await proxy.AdminAsync("/stats/prometheus");
        Assert.Contains($"envoy_cluster_outlier_detection_ejections_enforced_consecutive_5xx{{cluster_name=\"{Name}\"}}", metrics);
        Volatile.Write(ref isIll, false);
        await Eventually.TrueAsync(() => proxy.Upstream.Outliers!.Active == 0);
        for (var i = 0; i < 10; i++)
        {
            using var response = await proxy.Http.GetAsync("/");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task HostThatNoRequestCanBeMadeOf_IsTheClientsDoing_AndEjectsNobody()
    {
        await using var well = await TestApp.SayAsync("well");
        await using var proxy = await OutboundProxy.StartAsync(Name, [well.Port], cluster => cluster.OutlierDetection = new OutlierDetection
        {
            Consecutive5Xx = 2, MaxEjectionPercent = 100, EnforcingSuccessRate = 0, Interval = Duration.FromTimeSpan(TimeSpan.FromHours(1200)),
        });
        for (var i = 0; i < 4; i++)
        {
            using var client = new System.Net.Sockets.TcpClient();
            await client.ConnectAsync(proxy.Http.BaseAddress!.Host, proxy.Http.BaseAddress.Port);
            await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: app.default.svc.cluster.local:99999\r\nConnection: close\r\n\r\n"u8.ToArray());
            using var answer = new StreamReader(client.GetStream());
            Assert.StartsWith("HTTP/1.1 400 ", await answer.ReadLineAsync(), StringComparison.Ordinal);
        }
        Assert.Equal(0, proxy.Upstream.Outliers!.Active);
        Assert.Equal("well", await proxy.Http.GetStringAsync("/"));
    }

    [Fact]
    public async Task UnreachableEndpoint_IsTakenOut_AndAnUpdateKeepsItOut()
    {
        await using var well = await TestApp.SayAsync("well");
        var dead = FreePort.Next();
        await using var proxy = await OutboundProxy.StartAsync(Name, [dead, well.Port], cluster => cluster.OutlierDetection = new OutlierDetection
        {
            Consecutive5Xx = 2, MaxEjectionPercent = 100, EnforcingSuccessRate = 0,
        });
        await Eventually.TrueAsync(() =>
        {
            proxy.Http.GetAsync("/").GetAwaiter().GetResult().Dispose();
            return proxy.Upstream.Outliers!.Active == 1;
        });
        // Another connect timeout is another pool; what is known of the address stays.
        var before = proxy.Upstream.Model;
        proxy.SetCluster(cluster => cluster.ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)));
        await Eventually.TrueAsync(() => !ReferenceEquals(before, proxy.Upstream.Model) && proxy.Upstream.Model!.Config.Connection.ConnectTimeout == TimeSpan.FromSeconds(1));
        Assert.Equal(1, proxy.Upstream.Outliers!.Active);
        for (var i = 0; i < 10; i++) Assert.Equal("well", await proxy.Http.GetStringAsync("/"));
    }
}
