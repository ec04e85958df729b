using Akka.Cluster;
using Mesh.Cluster.Distribution;
using Mesh.Cluster.Management;
using Mesh.Cluster.OriginLogs;
using Mesh.Cluster.Settings;

namespace Mesh.Cluster.Api;

/// <summary>The body of <c>/mesh/v1/status</c>, as this replica sees it. Thread-safe.</summary>
internal sealed class MeshStatus(ClusterOptions options, ModelFeed feed, PeerTable peers, AgentPresences presences)
{
    public object Describe(Akka.Cluster.Cluster cluster)
    {
        var model = feed.Current.Model;
        return new
        {
            revision = model.Revision.Value,
            trustDomain = options.TrustDomain,
            replicas = Replicas(cluster.State, cluster.SelfAddress, model),
            agents = model.Agents.Values.Select(a => new
            {
                node = a.Node, replica = a.Replica, connected = IsConnected(a), revision = a.Revision.Value,
                workloads = a.Workloads.Count, version = a.Version,
            }),
            proxies = model.Agents.Values.SelectMany(a => a.Proxies.Values.Select(p => Proxy(a, p, model.Revision.Value))),
            workloads = model.Snapshot.Workloads.Values.OrderBy(w => w.Id).Select(w => new
            {
                id = w.Id.ToString(), address = w.Address, node = w.Node,
                health = w.Health.ToString().ToLowerInvariant(), serviceAccount = w.ServiceAccount,
                labels = w.Labels, hasSidecar = w.HasSidecar,
            }),
        };
    }

    private IEnumerable<object> Replicas(ClusterEvent.CurrentClusterState state, Akka.Actor.Address self, ReplicaModel model)
    {
        var oldest = MembersJson.Oldest(state.Members.Where(m => m.Status == MemberStatus.Up && m.HasRole("cp")));
        var byAddress = peers.Peers.Values.ToLookup(p => p.Address);
        return state.Members.Select(member =>
        {
            var peer = byAddress[member.Address.Host ?? ""].MaxBy(p => p.Heard);
            var isSelf = member.Address == self;
            return new
            {
                name = isSelf ? options.Name : peer?.Replica ?? member.Address.Host,
                address = member.Address.Host,
                status = state.Unreachable.Contains(member) ? "Unreachable" : member.Status.ToString(),
                revision = isSelf ? model.Revision.Value : peer?.ConfigRevision ?? 0,
                configLog = member.Equals(oldest),
                leader = member.Address == state.Leader,
            };
        });
    }

    private object Proxy(AgentModel agent, Protocol.V1.ProxyStatus proxy, ulong revision)
    {
        var isConnected = proxy.Connected && IsConnected(agent);
        return new
        {
            id = proxy.Id, role = proxy.Role, node = agent.Node, connected = isConnected,
            inSync = isConnected && proxy.Errors.All(e => e.Waiting) && proxy.Revision >= revision,
            revision = proxy.Revision, version = proxy.Version,
            errors = proxy.Errors.Where(e => !e.Waiting).Select(e => new { typeUrl = e.TypeUrl, resource = e.Resource, reason = e.Reason }),
            waiting = proxy.Errors.Where(e => e.Waiting).Select(e => new { @object = e.Resource, reason = e.Reason }),
        };
    }

    private bool IsConnected(AgentModel agent) => presences.Of(agent) == AgentPresence.Present;
}
