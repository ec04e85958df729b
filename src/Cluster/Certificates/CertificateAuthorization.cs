using Grpc.Core;
using Mesh.Cluster.Agents;
using Mesh.Cluster.Distribution;
using Mesh.Cluster.Settings;
using Mesh.Core.Identity;

namespace Mesh.Cluster.Certificates;

/// <summary>The identity to sign for, or why not.</summary>
internal sealed record CertificateGrant(SpiffeId? Identity, string? JoinToken, StatusCode Code, string Refusal)
{
    public static CertificateGrant For(SpiffeId identity, string? joinToken = null) => new(identity, joinToken, StatusCode.OK, "");

    public static CertificateGrant Unauthenticated(string reason) => new(null, null, StatusCode.Unauthenticated, reason);

    public static CertificateGrant Denied(string reason) => new(null, null, StatusCode.PermissionDenied, reason);
}

/// <summary>
/// Decides which identity a caller gets:
/// <code>
///  no client certificate + join token + mesh-node ---> spiffe://TD/agent/NODE
///  agent's certificate, no mesh-workload ------------> its own identity again (renewal)
///  agent's certificate + mesh-workload + account ----> spiffe://TD/ns/NS/sa/ACCOUNT, if it runs that workload and its token allows it
/// </code>
/// Thread-safe.
/// </summary>
internal sealed class CertificateAuthorization(ClusterOptions options, JoinTokens tokens, ModelFeed feed, TimeProvider time)
{
    /// <summary>A workload's first request may overtake its registration, which comes by another stream and maybe another replica.</summary>
    private static readonly TimeSpan RegistrationPatience = TimeSpan.FromSeconds(5);

    public async Task<CertificateGrant> AuthorizeAsync(ServerCallContext context)
    {
        if (AgentCaller.Find(context) is not { } agent) return Join(context.RequestHeaders);
        if (tokens.Find(agent.JoinToken) is not { } token || !token.AllowsAgent(agent.Node))
            return CertificateGrant.Denied($"join token '{agent.JoinToken}' of agent {agent.Node} is no longer valid");
        var workload = context.RequestHeaders.GetValue("mesh-workload");
        return workload is null
            ? CertificateGrant.For(SpiffeId.ForAgent(options.TrustDomain, agent.Node), token.Id)
            : await RelayAsync(agent, token, workload, context.RequestHeaders.GetValue("mesh-service-account") ?? "", context.CancellationToken);
    }

    private CertificateGrant Join(Metadata headers)
    {
        const string scheme = "Bearer ";
        var shown = headers.GetValue("authorization") ?? "";
        if (!shown.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) return CertificateGrant.Unauthenticated("neither certificate nor token");
        if (tokens.Authenticate(shown[scheme.Length..].Trim()) is not { } token) return CertificateGrant.Unauthenticated("unknown join token");
        var node = headers.GetValue("mesh-node") ?? "";
        if (!SpiffeId.TryParse($"spiffe://{options.TrustDomain}/agent/{node}", out var identity) || !identity.TryGetAgent(out _))
            return CertificateGrant.Denied($"'{node}' is not a node name");
        return token.AllowsAgent(node)
            ? CertificateGrant.For(identity, token.Id)
            : CertificateGrant.Denied($"join token '{token.Id}' does not allow agent {node}");
    }

    private async Task<CertificateGrant> RelayAsync(
        AgentCaller agent, JoinToken token, string workload, string serviceAccount, CancellationToken cancellation)
    {
        if (!WorkloadId.TryParse(workload, out var id)
            || !SpiffeId.TryParse($"spiffe://{options.TrustDomain}/ns/{id.Namespace}/sa/{serviceAccount}", out var identity)
            || !identity.TryGetWorkload(out _, out _))
            return CertificateGrant.Denied($"'{workload}' with account '{serviceAccount}' is not a workload");
        if (!token.AllowsIdentity(id.Namespace, serviceAccount))
            return CertificateGrant.Denied($"join token '{token.Id}' does not allow {id.Namespace}/{serviceAccount}");
        return await IsRegisteredAsync(agent.Node, id, serviceAccount, cancellation)
            ? CertificateGrant.For(identity)
            : CertificateGrant.Denied($"agent {agent.Node} runs no workload {workload} with account {serviceAccount}");
    }

    private async Task<bool> IsRegisteredAsync(string node, WorkloadId id, string serviceAccount, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = time.CreateTimer(_ => timeout.Cancel(), null, RegistrationPatience, Timeout.InfiniteTimeSpan);
        try
        {
            await feed.WaitAsync(
                model => model.Agents.TryGetValue(node, out var agent) && agent.Workloads.TryGetValue(id, out var found)
                    && found.Workload.ServiceAccount == serviceAccount,
                timeout.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
