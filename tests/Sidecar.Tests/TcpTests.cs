using System.Net;
using System.Net.Sockets;
using Mesh.Sidecar.Tests.Harness;

namespace Mesh.Sidecar.Tests;

public sealed class TcpTests
{
    [Fact]
    public async Task ServerFirstProtocolAndHalfClose_ThroughPairWithMutualTls()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var app = ServeAsync(server);
        using var ca = new TestCa();
        var inbound = FreePort.Next();
        var outbound = FreePort.Next();
        await using var callee = await TestProxy.StartAsync(ca, "server", configure: agent =>
        {
            agent.Set(TypeUrls.Cluster, "inbound|1||", Xds.StaticCluster("inbound|1||", ((IPEndPoint)server.LocalEndpoint).Port));
            agent.Set(TypeUrls.Listener, "in", Xds.Tcp("in", inbound, "inbound|1||", Xds.DownstreamTls(), Envoy.Config.Core.V3.TrafficDirection.Inbound));
        });
        await using var caller = await TestProxy.StartAsync(ca, "client", configure: agent =>
        {
            agent.Set(TypeUrls.Cluster, Pair.Upstream, Xds.EdsCluster(Pair.Upstream, mutualTls: true, "spiffe://cluster.local/ns/default/sa/server"));
            agent.Set(TypeUrls.ClusterLoadAssignment, Pair.Upstream, Xds.Endpoints(Pair.Upstream, inbound));
            agent.Set(TypeUrls.Listener, "out", Xds.Tcp("out", outbound, Pair.Upstream));
        });
        await callee.ReadyAsync();
        await caller.ReadyAsync();
        await Eventually.TrueAsync(() => caller.Process.Configuration.Upstreams[Pair.Upstream].Model is not null);

        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, outbound);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var stream = client.GetStream();
        var greeting = new byte[5];
        await stream.ReadExactlyAsync(greeting, limit.Token);
        Assert.Equal("hello"u8.ToArray(), greeting);
        await stream.WriteAsync("abc"u8.ToArray(), limit.Token);
        client.Client.Shutdown(SocketShutdown.Send);
        var rest = new byte[10];
        var count = await stream.ReadAtLeastAsync(rest, 10, throwOnEndOfStream: false, limit.Token);
        Assert.Equal("got 3"u8.ToArray(), rest[..count]);
        await app;
        var series = Assert.Single(callee.Process.Metrics.Tcp);
        await Eventually.TrueAsync(() => series.Closed == 1);
        Assert.Equal((1, 3, 10), (series.Opened, series.Received, series.Sent));
        Assert.Contains("source_principal=\"spiffe://cluster.local/ns/default/sa/client\"", series.Labels);
    }

    [Fact]
    public async Task Connection_BeforeTheEndpointsItIsSentTo_WaitsForThem()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var ca = new TestCa();
        var outbound = FreePort.Next();
        await using var caller = await TestProxy.StartAsync(ca, "client", configure: agent =>
        {
            agent.Set(TypeUrls.Cluster, "late", Xds.EdsCluster("late"));
            agent.Set(TypeUrls.Listener, "out", Xds.Tcp("out", outbound, "late"));
        });
        await caller.ReadyAsync();

        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, outbound);
        await Eventually.TrueAsync(() => caller.Process.Connections.Total == 1);
        caller.Agent.Set(TypeUrls.ClusterLoadAssignment, "late", Xds.Endpoints("late", ((IPEndPoint)server.LocalEndpoint).Port));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var accepted = await server.AcceptSocketAsync(limit.Token);
        await accepted.SendAsync("hello"u8.ToArray(), limit.Token);
        var greeting = new byte[5];
        await client.GetStream().ReadExactlyAsync(greeting, limit.Token);
        Assert.Equal("hello"u8.ToArray(), greeting);
    }

    private static async Task ServeAsync(TcpListener server)
    {
        using var socket = await server.AcceptSocketAsync();
        await socket.SendAsync("hello"u8.ToArray());
        var total = 0;
        var buffer = new byte[100];
        int count;
        while ((count = await socket.ReceiveAsync(buffer)) > 0) total += count;
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes($"got {total}"));
    }
}
