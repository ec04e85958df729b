using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Istio.V1.Auth;
using Mesh.Core.Identity;
using Mesh.NodeAgent.Options;

namespace Mesh.NodeAgent.ControlPlane;

/// <summary>Has the agent's certificate signed by a replica, on the strength of the join token. Stateless.</summary>
internal sealed class AgentEnrolment(AgentOptions options, TrustAnchors anchors)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public async Task<AgentCertificate> RunAsync(ReplicaConnector connector, System.Net.DnsEndPoint replica, TimeProvider time, CancellationToken cancellation)
    {
        // Read anew every time: a rotated token counts from the next renewal on.
        var token = (await File.ReadAllTextAsync(options.JoinTokenFile, cancellation)).Trim();
        var id = SpiffeId.ForAgent(options.TrustDomain, options.Node);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var csr = new CertificateRequest($"CN={options.Node}", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        using var channel = connector.Open(replica, identity: null);
        var headers = new Metadata { { "authorization", $"Bearer {token}" }, { "mesh-node", options.Node } };
        var response = await new IstioCertificateService.IstioCertificateServiceClient(channel).CreateCertificateAsync(
            new IstioCertificateRequest { Csr = csr }, headers, (time.GetUtcNow() + Timeout).UtcDateTime, cancellation);
        return AgentCertificate.FromChain(response.CertChain, key, id, anchors);
    }
}
