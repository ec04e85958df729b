using System.Runtime.CompilerServices;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Tests.Harness;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Sidecar.Tests;

/// <summary>Changes of every kind, one after the other, under load: no request fails, and what was replaced is gone. mesh-bench churn is the long form.</summary>
public sealed class ChurnTests
{
    private const int Changes = 40;

    [Fact]
    public async Task ChangesOfEveryKind_UnderLoad_FailNoRequestAndLeaveNothing()
    {
        await using var one = await TestApp.SayAsync("ok");
        await using var two = await TestApp.SayAsync("ok");
        await using var proxy = await OneProxy.StartAsync(Split(50), ("v1", one.Port), ("v2", two.Port));
        var configuration = proxy.Proxy.Process.Configuration;
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(_ => LoadAsync(proxy.Client, stop.Token)).ToArray();
        var replaced = new List<WeakReference>();
        for (var i = 0; i < Changes; i++)
        {
            Remember(proxy, replaced);
            await ChangeAsync(proxy, i, one.Port, two.Port);
        }
        await stop.CancelAsync();
        var requests = await Task.WhenAll(load);
        Assert.All(requests, r => Assert.True(r > 0));
        Assert.Empty(proxy.Agent.Nacks);
        await Eventually.TrueAsync(() => configuration is { Upstreams.Count: 2, Routes.Count: 1, Listeners.Count: 1 });
        Assert.Equal(0, configuration.Upstreams.Values.Sum(u => u.ActiveRequests));
        // Four clients, each with a connection; those of chains that were replaced end with their drain.
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Connections.OpenConnections <= 4);
        // Of each kind what is in force now may live, and what was, where a thread that has nothing to do still has it on its stack.
        await Eventually.TrueAsync(() => Living(replaced) <= 12);
        Assert.True(replaced.Count > 100);
    }

    private static async Task ChangeAsync(OneProxy proxy, int i, int one, int two)
    {
        var configuration = proxy.Proxy.Process.Configuration;
        var agent = proxy.Agent;
        var acknowledged = agent.Acks.Count;
        switch (i % 8)
        {
            case 0:
                agent.Set(TypeUrls.RouteConfiguration, "out", Split(10 + (uint)i));
                break;
            case 1:
                agent.Set(TypeUrls.ClusterLoadAssignment, "v1", i % 16 == 1 ? Xds.Endpoints("v1", one, two) : Xds.Endpoints("v1", two));
                break;
            case 2:
                agent.Set(TypeUrls.Cluster, "new", Xds.EdsCluster("new"));
                agent.Set(TypeUrls.ClusterLoadAssignment, "new", Xds.Endpoints("new", two));
                agent.Set(TypeUrls.RouteConfiguration, "out", Split(50, Xds.To("new", match: m => m.Prefix = "/new")));
                await Eventually.TrueAsync(() => configuration.Upstreams.GetValueOrDefault("new") is { Model: not null });
                break;
            case 3:
                agent.Set(TypeUrls.RouteConfiguration, "out", Split(50));
                agent.Remove(TypeUrls.Cluster, "new");
                agent.Remove(TypeUrls.ClusterLoadAssignment, "new");
                await Eventually.TrueAsync(() => !configuration.Upstreams.ContainsKey("new"));
                break;
            case 4:
                agent.Set(TypeUrls.Cluster, "v1", Policy(i));
                break;
            case 5:
                agent.Set(TypeUrls.Listener, "extra", Xds.Http("extra", FreePort.Next(), "out"));
                await Eventually.TrueAsync(() => configuration.Listeners.GetValueOrDefault("extra") is { IsAccepting: true });
                break;
            case 6:
                agent.Remove(TypeUrls.Listener, "extra");
                await Eventually.TrueAsync(() => !configuration.Listeners.ContainsKey("extra"));
                return;
            case 7:
                agent.Set(TypeUrls.Listener, "out", OneProxy.Listener(proxy.Port, m => m.StreamIdleTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(60 + i))));
                break;
        }
        await Eventually.TrueAsync(() => agent.Acks.Count > acknowledged);
    }

    // Another connection timeout is another pool; the balancer and outlier detection have their own state.
    private static XdsCluster Policy(int i)
    {
        var cluster = Xds.EdsCluster("v1");
        cluster.ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(3 + i));
        cluster.LbPolicy = i % 16 == 4 ? XdsCluster.Types.LbPolicy.Maglev : XdsCluster.Types.LbPolicy.LeastRequest;
        if (i % 16 == 4) cluster.OutlierDetection = new OutlierDetection { Consecutive5Xx = 5 };
        return cluster;
    }

    private static RouteConfiguration Split(uint weight, params Route[] before) => Xds.Routes("out",
    [
        .. before, Xds.To("", a => a.WeightedClusters = new WeightedCluster
        {
            Clusters =
            {
                new WeightedCluster.Types.ClusterWeight { Name = "v1", Weight = weight },
                new WeightedCluster.Types.ClusterWeight { Name = "v2", Weight = 100 - weight },
            },
        }),
    ]);

    private static async Task<int> LoadAsync(HttpClient client, CancellationToken stop)
    {
        var requests = 0;
        for (; !stop.IsCancellationRequested; requests++) Assert.Equal("ok", await client.GetStringAsync("/", CancellationToken.None));
        return requests;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Remember(OneProxy proxy, List<WeakReference> replaced)
    {
        var configuration = proxy.Proxy.Process.Configuration;
        foreach (var upstream in configuration.Upstreams.Values)
        {
            if (upstream.Model is not { } model) continue;
            replaced.Add(new WeakReference(model));
            foreach (var endpoint in model.Endpoints) replaced.Add(new WeakReference(endpoint.State));
        }
        replaced.Add(new WeakReference(configuration.Routes["out"].Table!));
        foreach (var listener in configuration.Listeners.Values) replaced.Add(new WeakReference(listener.Model.Chains[0]));
    }

    // Different ones: what stays in force is remembered again before each change.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Living(List<WeakReference> replaced)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return replaced.Select(r => r.Target).Where(t => t is not null).Distinct(ReferenceEqualityComparer.Instance).Count();
    }
}
