using Mesh.Cluster.Distribution;
using Mesh.Cluster.OriginLogs;
using Mesh.Cluster.Registry;
using Mesh.Cluster.Settings;

namespace Mesh.Cluster.Api;

/// <summary>Whether an agent is there: its own stream, and the replica that holds it. Thread-safe.</summary>
internal sealed class AgentPresences(ClusterOptions options, PeerTable peers, TimeProvider time)
{
    /// <summary>A replica beacons every 200 ms; silent for this long it holds no agent's stream that could be relied on.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    public AgentPresence Of(AgentModel agent)
    {
        if (LostAt(agent) is not { } lost) return AgentPresence.Present;
        return time.GetUtcNow() - lost < RegistryActor.Lease ? AgentPresence.Returning : AgentPresence.Gone;
    }

    private DateTimeOffset? LostAt(AgentModel agent)
    {
        if (!agent.Connected) return agent.LostAt ?? DateTimeOffset.MinValue;
        if (agent.Replica == options.Name) return null;
        if (!peers.Peers.TryGetValue(agent.Replica, out var peer)) return DateTimeOffset.MinValue;
        return time.GetUtcNow() - peer.Heard < Silence ? null : peer.Heard;
    }
}
