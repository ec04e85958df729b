using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;

namespace Mesh.Sidecar.Tests.Harness;

/// <summary>One proxy between a client and applications, in plain text, with the HTTP filters that translation gives every outbound listener.</summary>
internal sealed class OneProxy : IAsyncDisposable
{
    private readonly TestCa _ca;

    private OneProxy(TestCa ca, TestProxy proxy, int port)
    {
        (_ca, Proxy, Port) = (ca, proxy, port);
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(30),
        };
    }

    public TestProxy Proxy { get; }

    public FakeAgent Agent => Proxy.Agent;

    public int Port { get; }

    public HttpClient Client { get; }

    /// <param name="routes">Named <c>out</c>.</param>
    /// <param name="manager">Changes to the connection manager.</param>
    /// <param name="upstreams">Clusters, each with one endpoint.</param>
    public static Task<OneProxy> StartAsync(
        RouteConfiguration routes, Action<HttpConnectionManager>? manager, params (string Name, int Port)[] upstreams) => StartAsync(routes, manager, agent =>
    {
        foreach (var (name, upstreamPort) in upstreams)
        {
            agent.Set(TypeUrls.Cluster, name, Xds.EdsCluster(name));
            agent.Set(TypeUrls.ClusterLoadAssignment, name, Xds.Endpoints(name, upstreamPort));
        }
    });

    public static async Task<OneProxy> StartAsync(RouteConfiguration routes, Action<HttpConnectionManager>? manager, Action<FakeAgent> resources)
    {
        var ca = new TestCa();
        var port = FreePort.Next();
        var proxy = await TestProxy.StartAsync(ca, "client", configure: agent =>
        {
            resources(agent);
            agent.Set(TypeUrls.Listener, "out", Listener(port, manager));
            agent.Set(TypeUrls.RouteConfiguration, "out", routes);
        });
        await proxy.ReadyAsync();
        return new OneProxy(ca, proxy, port);
    }

    public static Task<OneProxy> StartAsync(RouteConfiguration routes, params (string Name, int Port)[] upstreams) => StartAsync(routes, null, upstreams);

    /// <summary>Replaces the routes and waits until they are in force.</summary>
    public async Task SetRoutesAsync(RouteConfiguration routes)
    {
        var before = Proxy.Process.Configuration.Routes["out"].Table;
        Agent.Set(TypeUrls.RouteConfiguration, "out", routes);
        await Eventually.TrueAsync(() => !ReferenceEquals(before, Proxy.Process.Configuration.Routes["out"].Table));
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request);
    }

    /// <summary>The flags of the single label set that was counted.</summary>
    public async Task<string> FlagsAsync()
    {
        await Eventually.TrueAsync(() => Proxy.Process.Metrics.Requests.Any());
        var labels = Assert.Single(Proxy.Process.Metrics.Requests).Labels;
        var from = labels.IndexOf("response_flags=\"", StringComparison.Ordinal) + 16;
        return labels[from..labels.IndexOf('"', from)];
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Proxy.DisposeAsync();
        _ca.Dispose();
    }

    public static Listener Listener(int port, Action<HttpConnectionManager>? change)
    {
        var manager = new HttpConnectionManager
        {
            Rds = new Rds { RouteConfigName = "out" },
            HttpFilters =
            {
                Filter("envoy.filters.http.fault", TypeUrls.Fault, new HTTPFault()),
                Filter("envoy.filters.http.cors", TypeUrls.Cors, new Envoy.Extensions.Filters.Http.Cors.V3.Cors()),
                Filter("envoy.filters.http.router", TypeUrls.Router, new Router()),
            },
        };
        change?.Invoke(manager);
        var chain = new FilterChain { Filters = { new Filter { Name = "http", TypedConfig = Xds.Pack(TypeUrls.HttpConnectionManager, manager) } } };
        return new Listener { Name = "out", Address = Xds.At(port), TrafficDirection = TrafficDirection.Outbound, FilterChains = { chain } };
    }

    private static HttpFilter Filter(string name, string typeUrl, IMessage config) => new() { Name = name, TypedConfig = Xds.Pack(typeUrl, config) };
}
