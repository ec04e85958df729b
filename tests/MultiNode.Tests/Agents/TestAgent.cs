using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Envoy.Service.Discovery.V3;
using Grpc.Core;
using Grpc.Net.Client;
using Istio.V1.Auth;
using Mesh.MultiNode.Tests.Replicas;
using Mesh.Protocol.V1;

namespace Mesh.MultiNode.Tests.Agents;

/// <summary>A node agent's side of the wire, by hand.</summary>
internal sealed class TestAgent : IDisposable
{
    private readonly GrpcChannel _channel;

    private TestAgent(TestReplica replica, X509Certificate2Collection chain, ECDsa? key)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        };
        if (key is not null)
        {
            var leaf = chain[0].CopyWithPrivateKey(key);
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(leaf, [.. chain.Skip(1)], offline: true);
        }
        _channel = GrpcChannel.ForAddress($"https://{replica.Options.Address}:{replica.Options.Ports.Agents}",
            new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        Chain = chain;
        Key = key;
    }

    public X509Certificate2Collection Chain { get; }

    public ECDsa? Key { get; }

    public static TestAgent Anonymous(TestReplica replica) => new(replica, [], null);

    /// <summary>Joins by token and comes back with the certificate.</summary>
    public static async Task<TestAgent> JoinAsync(TestReplica replica, string node)
    {
        using var anonymous = Anonymous(replica);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var chain = await anonymous.SignAsync(Csr(key), new Metadata
        {
            { "authorization", $"Bearer {TestMesh.JoinToken}" }, { "mesh-node", node },
        });
        return new TestAgent(replica, chain, key);
    }

    /// <summary>The same agent at another replica.</summary>
    public TestAgent At(TestReplica replica) => new(replica, Chain, Key);

    public static string Csr(ECDsa key) =>
        new CertificateRequest("CN=somebody-else", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();

    public async Task<X509Certificate2Collection> SignAsync(string csr, Metadata headers)
    {
        var client = new IstioCertificateService.IstioCertificateServiceClient(_channel);
        var response = await client.CreateCertificateAsync(new IstioCertificateRequest { Csr = csr }, headers,
            cancellationToken: TestContext.Current.CancellationToken);
        return [.. response.CertChain.Select(pem => X509Certificate2.CreateFromPem(pem))];
    }

    public AsyncDuplexStreamingCall<AgentReport, AgentReportAck> Report() =>
        new AgentService.AgentServiceClient(_channel).Report(cancellationToken: TestContext.Current.CancellationToken);

    public AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> Follow() =>
        new AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(_channel)
            .DeltaAggregatedResources(cancellationToken: TestContext.Current.CancellationToken);

    public void Dispose() => _channel.Dispose();
}
