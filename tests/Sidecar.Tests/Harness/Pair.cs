using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;

namespace Mesh.Sidecar.Tests.Harness;

/// <summary>A client's proxy and a server's proxy with mutual TLS between: app -> client proxy -> server proxy -> app.</summary>
internal sealed class Pair : IAsyncDisposable
{
    public const string Upstream = "outbound|80||server.default.svc.cluster.local";

    private Pair(TestCa ca, TestProxy client, TestProxy server, int outbound, int inbound)
    {
        (Ca, Client, Server, OutboundPort, InboundPort) = (ca, client, server, outbound, inbound);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{outbound}/"), Timeout = TimeSpan.FromSeconds(20) };
    }

    public TestCa Ca { get; }
    public TestProxy Client { get; }
    public TestProxy Server { get; }
    public int OutboundPort { get; }
    public int InboundPort { get; }
    public HttpClient Http { get; }

    public static async Task<Pair> StartAsync(
        int appPort, Action<RouteAction>? route = null, string serverIdentity = "spiffe://cluster.local/ns/default/sa/server",
        TimeSpan? certificateLife = null, Action<HttpConnectionManager>? manager = null, bool appSpeaksHttp1 = false)
    {
        var ca = new TestCa();
        var inbound = FreePort.Next();
        var outbound = FreePort.Next();
        var server = await TestProxy.StartAsync(ca, "server", configure: agent =>
        {
            agent.CertificateLife = certificateLife ?? agent.CertificateLife;
            var app = Xds.StaticCluster("inbound|8080||", appPort);
            if (appSpeaksHttp1) app.TypedExtensionProtocolOptions["http"] = Xds.Http1();
            agent.Set(TypeUrls.Cluster, app.Name, app);
            agent.Set(TypeUrls.Listener, "in", Xds.Http("in", inbound, "in", TrafficDirection.Inbound, Xds.DownstreamTls(), manager));
            agent.Set(TypeUrls.RouteConfiguration, "in", Xds.Routes("in", Xds.To("inbound|8080||")));
        });
        var client = await TestProxy.StartAsync(ca, "client", configure: agent =>
        {
            agent.CertificateLife = certificateLife ?? agent.CertificateLife;
            agent.Set(TypeUrls.Cluster, Upstream, Xds.EdsCluster(Upstream, mutualTls: true, serverIdentity));
            agent.Set(TypeUrls.ClusterLoadAssignment, Upstream, Xds.Endpoints(Upstream, inbound));
            agent.Set(TypeUrls.Listener, "out", Xds.Http("out", outbound, "out", change: manager));
            agent.Set(TypeUrls.RouteConfiguration, "out", Xds.Routes("out", Xds.To(Upstream, route)));
        });
        await server.ReadyAsync();
        await client.ReadyAsync();
        return new Pair(ca, client, server, outbound, inbound);
    }

    public HttpRequestMessage Http2(HttpMethod method, string path, HttpContent? content = null) => new(method, path)
    {
        Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content,
    };

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Client.DisposeAsync();
        await Server.DisposeAsync();
        Ca.Dispose();
    }
}
