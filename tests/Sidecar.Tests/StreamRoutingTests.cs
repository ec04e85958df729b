using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Tests.Harness;
using Mesh.TestKit.Echo;

namespace Mesh.Sidecar.Tests;

/// <summary>Connections that a real proxy passes on: by weight, by server name, by address, after a silence, to a socket.</summary>
public sealed class StreamRoutingTests
{
    [Fact]
    public async Task Weights_ManyConnections_AreSplitByThem()
    {
        await using var a = TcpEcho.Start("a", IPAddress.Loopback);
        await using var b = TcpEcho.Start("b", IPAddress.Loopback);
        await using var proxy = await StartAsync(agent => Upstreams(agent, ("a", a.Port), ("b", b.Port)), Chain(null, ("a", 75), ("b", 25)));

        var greetings = new List<string>();
        for (var i = 0; i < 200; i++) greetings.Add(await GreetAsync(proxy.Port));

        // Five standard deviations of a fair draw on either side.
        Assert.InRange(greetings.Count(g => g == "a"), 119, 181);
        Assert.Equal(200, greetings.Count(g => g is "a" or "b"));
    }

    [Theory]
    [InlineData("one.example.com", "one")]
    [InlineData("ONE.example.com", "one")]
    [InlineData("two.example.com", "wild")]
    [InlineData("a.deep.example.com", "deep")]
    [InlineData("example.com", null)]
    [InlineData("elsewhere.org", null)]
    public async Task ServerNames_AClientsOwnTls_IsPassedOnByTheNameItAsksFor(string asked, string? expected)
    {
        using var servers = new TlsServers("one", "wild", "deep");
        await using var proxy = await StartAsync(
            agent => Upstreams(agent, [.. servers.Ports.Select(p => (p.Key, p.Value))]),
            Chain(Names("*.example.com"), ("wild", 1)), Chain(Names("one.example.com"), ("one", 1)), Chain(Names("*.deep.example.com"), ("deep", 1)));

        Assert.Equal(expected, await servers.AskAsync(proxy.Port, asked));
    }

    [Fact]
    public async Task Ranges_TheLongestPrefix_DecidesAndServerFirstProtocolsDoNotWait()
    {
        await using var near = TcpEcho.Start("near", IPAddress.Loopback);
        await using var far = TcpEcho.Start("far", IPAddress.Loopback);
        await using var other = TcpEcho.Start("other", IPAddress.Loopback);
        await using var proxy = await StartAsync(
            agent => Upstreams(agent, ("near", near.Port), ("far", far.Port), ("other", other.Port)),
            Chain(Range("10.0.0.0", 8), ("other", 1)), Chain(Range("127.0.0.0", 8), ("far", 1)), Chain(Range("127.0.0.1", 32), ("near", 1)), Chain(null, ("other", 1)));

        Assert.Equal("near", await GreetAsync(proxy.Port));
    }

    [Fact]
    public async Task IdleTimeout_SilentConnection_Ends()
    {
        await using var a = TcpEcho.Start("a", IPAddress.Loopback);
        var chain = new FilterChain { Filters = { Filter(new TcpProxy { Cluster = "a", IdleTimeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(200)) }) } };
        await using var proxy = await StartAsync(agent => Upstreams(agent, ("a", a.Port)), chain);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port, TestContext.Current.CancellationToken);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        var buffer = new byte[16];
        Assert.Equal(2, await client.GetStream().ReadAtLeastAsync(buffer, 2, cancellationToken: limit.Token));

        Assert.True(await EndsAsync(client.GetStream(), buffer, limit.Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnixSocket_OfTheFileSystemOrAbstract_IsDialled(bool isAbstract)
    {
        var directory = Directory.CreateTempSubdirectory("mesh-");
        try
        {
            var name = isAbstract ? "@mesh-test-" + Guid.NewGuid().ToString("N") : Path.Combine(directory.FullName, "app.sock");
            using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            server.Bind(new UnixDomainSocketEndPoint(isAbstract ? '\0' + name[1..] : name));
            server.Listen();
            var serving = ServeOneAsync(server);
            await using var proxy = await StartAsync(agent =>
            {
                var cluster = Xds.StaticCluster("a", 1);
                cluster.LoadAssignment.Endpoints[0].LbEndpoints[0].Endpoint.Address = new Address { Pipe = new Pipe { Path = name } };
                agent.Set(TypeUrls.Cluster, "a", cluster);
            }, Chain(null, ("a", 1)));

            Assert.Equal("socket", await GreetAsync(proxy.Port));
            await serving;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task ServeOneAsync(Socket server)
    {
        using var client = await server.AcceptAsync();
        await client.SendAsync("socket\n"u8.ToArray());
    }

    private static async Task<bool> EndsAsync(NetworkStream stream, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellation) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static async Task<string> GreetAsync(int port)
    {
        using var client = new TcpClient();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync(limit.Token) ?? "";
    }

    private static async Task<RunningProxy> StartAsync(Action<FakeAgent> resources, params FilterChain[] chains)
    {
        var ca = new TestCa();
        var port = FreePort.Next();
        var proxy = await TestProxy.StartAsync(ca, "client", configure: agent =>
        {
            resources(agent);
            var listener = new Listener { Name = "out", Address = Xds.At(port), TrafficDirection = TrafficDirection.Outbound };
            listener.FilterChains.AddRange(chains);
            agent.Set(TypeUrls.Listener, "out", listener);
        });
        await proxy.ReadyAsync();
        await Eventually.TrueAsync(() => proxy.Process.Configuration.Upstreams.Values.All(u => u.Model is not null));
        return new RunningProxy(ca, proxy, port);
    }

    private static void Upstreams(FakeAgent agent, params (string Name, int Port)[] all)
    {
        foreach (var (name, port) in all)
        {
            agent.Set(TypeUrls.Cluster, name, Xds.EdsCluster(name));
            agent.Set(TypeUrls.ClusterLoadAssignment, name, Xds.Endpoints(name, port));
        }
    }

    private static FilterChainMatch Names(params string[] names) => new() { TransportProtocol = "tls", ServerNames = { names } };

    private static FilterChainMatch Range(string address, uint length) => new() { PrefixRanges = { new CidrRange { AddressPrefix = address, PrefixLen = length } } };

    private static FilterChain Chain(FilterChainMatch? match, params (string Cluster, uint Weight)[] targets)
    {
        var weighted = new TcpProxy.Types.WeightedCluster();
        weighted.Clusters.AddRange(targets.Select(t => new TcpProxy.Types.WeightedCluster.Types.ClusterWeight { Name = t.Cluster, Weight = t.Weight }));
        var chain = new FilterChain { Filters = { Filter(targets.Length == 1 ? new TcpProxy { Cluster = targets[0].Cluster } : new TcpProxy { WeightedClusters = weighted }) } };
        if (match is not null) chain.FilterChainMatch = match;
        return chain;
    }

    private static Filter Filter(TcpProxy proxy) => new() { Name = "tcp", TypedConfig = Xds.Pack(TypeUrls.TcpProxy, proxy) };

    private sealed record RunningProxy(TestCa Ca, TestProxy Proxy, int Port) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Proxy.DisposeAsync();
            Ca.Dispose();
        }
    }

    /// <summary>Servers with certificates of their own, each of which says its name once TLS is up.</summary>
    private sealed class TlsServers : IDisposable
    {
        private readonly List<TcpListener> _listeners = [];
        private readonly X509Certificate2 _certificate;

        public TlsServers(params string[] names)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
            var now = TimeProvider.System.GetUtcNow();
            using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
            _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
            foreach (var name in names)
            {
                var listener = new TcpListener(IPAddress.Loopback, 0);
                listener.Start();
                _listeners.Add(listener);
                Ports[name] = ((IPEndPoint)listener.LocalEndpoint).Port;
                _ = ServeAsync(listener, name);
            }
        }

        public Dictionary<string, int> Ports { get; } = [];

        /// <summary>Null: the connection is closed before TLS is up.</summary>
        public async Task<string?> AskAsync(int port, string host)
        {
            using var client = new TcpClient();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
            await using var tls = new SslStream(client.GetStream());
            try
            {
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host, RemoteCertificateValidationCallback = (_, _, _, _) => true }, limit.Token);
            }
            catch (IOException)
            {
                return null;
            }
            using var reader = new StreamReader(tls);
            return await reader.ReadLineAsync(limit.Token);
        }

        public void Dispose()
        {
            foreach (var listener in _listeners) listener.Dispose();
            _certificate.Dispose();
        }

        private async Task ServeAsync(TcpListener listener, string name)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync();
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(_certificate);
                await tls.WriteAsync(Encoding.ASCII.GetBytes(name + "\n"));
            }
            catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
            {
                // The test is over, or the proxy's warm-up went away.
            }
        }
    }
}
