using Grpc.Core;
using Mesh.Cluster.Certificates;

namespace Mesh.Cluster.Agents;

/// <summary>
/// The agent that calls, as its client certificate says. The certificate was verified in the handshake; here it is only read.
/// <see cref="JoinToken"/> is the id of the token it joined with, which we wrote into its subject.
/// </summary>
internal sealed record AgentCaller(string Node, string JoinToken)
{
    private const string OrganizationalUnit = "2.5.4.11";

    /// <exception cref="RpcException">Unauthenticated without a certificate, PermissionDenied with one that is no agent's.</exception>
    public static AgentCaller Require(ServerCallContext context) =>
        Find(context) ?? throw new RpcException(new Status(StatusCode.Unauthenticated, "an agent's client certificate is needed"));

    /// <summary>Null when the connection has no client certificate.</summary>
    public static AgentCaller? Find(ServerCallContext context)
    {
        var certificate = context.GetHttpContext().Connection.ClientCertificate;
        if (certificate is null) return null;
        if (!PeerVerifier.TryReadId(certificate, out var id) || !id.TryGetAgent(out var node))
            throw new RpcException(new Status(StatusCode.PermissionDenied, "not an agent's certificate"));
        var token = certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .FirstOrDefault(name => !name.HasMultipleElements && name.GetSingleElementType().Value == OrganizationalUnit);
        return new AgentCaller(node, token?.GetSingleElementValue() ?? "");
    }
}
