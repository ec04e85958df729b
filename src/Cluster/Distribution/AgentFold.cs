using Mesh.Cluster.Registry;
using Mesh.Cluster.Wire;
using Mesh.Core.Identity;
using Mesh.Core.Snapshots;
using Mesh.Protocol.Model;
using Mesh.Protocol.V1;

namespace Mesh.Cluster.Distribution;

/// <summary>Folds one registry entry into its agent. Pure; time is an argument.</summary>
internal static class AgentFold
{
    public static AgentModel Apply(AgentModel agent, RegistryKey key, OriginEntry entry, DateTimeOffset now) => key.Sort switch
    {
        RegistrySort.Agent => entry.Removed ? agent with { Incarnation = 0 } : WithEntry(agent, AgentEntry.Parser.ParseFrom(entry.Value), now),
        RegistrySort.Workload => agent with { Workloads = WithWorkload(agent, key, entry) },
        RegistrySort.Proxy => agent with
        {
            Proxies = entry.Removed
                ? agent.Proxies.Remove(key.Name)
                : agent.Proxies.SetItem(key.Name, ProxyStatus.Parser.ParseFrom(entry.Value)),
        },
        _ => agent with
        {
            Objects = entry.Removed
                ? agent.Objects.Remove(key.Name)
                : agent.Objects.SetItem(key.Name, ObjectStatus.Parser.ParseFrom(entry.Value)),
        },
    };

    private static AgentModel WithEntry(AgentModel agent, AgentEntry entry, DateTimeOffset now) => agent with
    {
        Incarnation = entry.Incarnation,
        Connected = entry.Connected,
        LostAt = entry.Connected ? null : agent.LostAt ?? now,
        Replica = entry.Replica,
        Version = entry.Version,
        Revision = new Revision(entry.Revision),
    };

    // A workload that does not parse was refused at the stream already; one from a newer replica is left out.
    private static System.Collections.Immutable.ImmutableDictionary<WorkloadId, WorkloadModel> WithWorkload(
        AgentModel agent, RegistryKey key, OriginEntry entry)
    {
        if (!WorkloadId.TryParse(key.Name, out var id)) return agent.Workloads;
        if (entry.Removed) return agent.Workloads.Remove(id);
        var message = Protocol.V1.Workload.Parser.ParseFrom(entry.Value);
        return message.TryToWorkload(out var workload, out _)
            ? agent.Workloads.SetItem(id, new WorkloadModel(workload, workload.ToResource(), message.RegisteredAt))
            : agent.Workloads.Remove(id);
    }
}
