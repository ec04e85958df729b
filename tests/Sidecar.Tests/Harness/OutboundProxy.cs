using Envoy.Config.Endpoint.V3;
using Envoy.Config.Route.V3;
using Mesh.Sidecar.Balancing;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Sidecar.Tests.Harness;

/// <summary>One proxy with one outbound listener, route and upstream of plain endpoints; the upstream's settings are the test's.</summary>
internal sealed class OutboundProxy : IAsyncDisposable
{
    private readonly string _name;
    private readonly TestCa _ca;
    private Action<XdsCluster> _cluster;

    private OutboundProxy(string name, TestCa ca, TestProxy proxy, int port, Action<XdsCluster> cluster)
    {
        (_name, _ca, Proxy, Port, _cluster) = (name, ca, proxy, port, cluster);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public TestProxy Proxy { get; }

    public int Port { get; }

    public HttpClient Http { get; }

    public UpstreamState Upstream => Proxy.Process.Configuration.Upstreams[_name];

    public static Task<OutboundProxy> StartAsync(
        string name, int[] endpoints, Action<XdsCluster>? cluster = null, Action<RouteAction>? route = null, Action<RouteConfiguration>? routes = null) =>
        StartAsync(name, Xds.Endpoints(name, endpoints), cluster, route, routes);

    public static async Task<OutboundProxy> StartAsync(
        string name, ClusterLoadAssignment endpoints, Action<XdsCluster>? cluster = null, Action<RouteAction>? route = null,
        Action<RouteConfiguration>? routes = null)
    {
        var ca = new TestCa();
        var port = FreePort.Next();
        var proxy = await TestProxy.StartAsync(ca, "client", configure: agent =>
        {
            agent.Set(TypeUrls.Cluster, name, Build(name, cluster ?? (_ => { })));
            agent.Set(TypeUrls.ClusterLoadAssignment, name, endpoints);
            agent.Set(TypeUrls.Listener, "out", Xds.Http("out", port, "out"));
            var config = Xds.Routes("out", Xds.To(name, route));
            routes?.Invoke(config);
            agent.Set(TypeUrls.RouteConfiguration, "out", config);
        });
        await proxy.ReadyAsync();
        return new OutboundProxy(name, ca, proxy, port, cluster ?? (_ => { }));
    }

    /// <summary>Changes the upstream's settings further.</summary>
    public void SetCluster(Action<XdsCluster> change)
    {
        _cluster += change;
        Proxy.Agent.Set(TypeUrls.Cluster, _name, Build(_name, _cluster));
    }

    /// <summary>A page of the admin port.</summary>
    public Task<string> AdminAsync(string path) => Http.GetStringAsync(Proxy.Process.AdminAddresses[0] + path);

    /// <summary>The flags of the exchanges counted so far, with their statuses.</summary>
    public IEnumerable<string> Outcomes() => Proxy.Process.Metrics.Requests.Select(s => s.Labels);

    /// <summary>Waits until an exchange with this flag is counted: that happens after its last byte has gone.</summary>
    public Task FlaggedAsync(string flag) => Eventually.TrueAsync(() => Outcomes().Any(l => l.Contains($"response_flags=\"{flag}\"")));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Proxy.DisposeAsync();
        _ca.Dispose();
    }

    private static XdsCluster Build(string name, Action<XdsCluster> configure)
    {
        var cluster = Xds.EdsCluster(name);
        configure(cluster);
        return cluster;
    }
}
