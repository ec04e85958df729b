using System.Collections.Immutable;
using Mesh.Cluster.OriginLogs;
using Mesh.Core.Identity;
using Mesh.Core.Snapshots;
using Mesh.Protocol.Delta;
using Mesh.Protocol.Model;

namespace Mesh.Cluster.Distribution;

/// <summary>The fold of all origin logs into the replica's model. Owned by one actor; time is an argument.</summary>
internal sealed class ModelFold(TrustBundle trustBundle, TimeSpan lease)
{
    private readonly RegistryFold _registry = new(lease);

    public ReplicaModel Model { get; private set; } = ReplicaModel.Empty with
    {
        Snapshot = MeshSnapshot.Empty with { TrustBundle = trustBundle },
        TrustBundles = ImmutableDictionary<string, DeltaResource>.Empty.Add(trustBundle.TrustDomain, trustBundle.ToResource()),
    };

    /// <summary>Objects that this version could not read in the last step.</summary>
    public List<(string Key, string Reason)> Unreadable { get; } = [];

    public ModelChanges Apply(OriginLogProtocol.Advanced advanced, DateTimeOffset now)
    {
        if (advanced.Origin != Origins.Config)
            return Refresh(_registry.Apply(advanced.Origin, advanced.Epoch, advanced.Changes, advanced.IsWhole, now));
        Unreadable.Clear();
        var changes = advanced.IsWhole ? ConfigFold.Difference(Model, advanced.Changes) : advanced.Changes;
        Model = ConfigFold.Apply(Model, advanced.Epoch, advanced.Revision, changes, Unreadable);
        return new ModelChanges([.. changes.Select(c => c.Key)], []);
    }

    public ModelChanges Drop(string origin) => Refresh(_registry.Drop(origin));

    public ModelChanges DropOrphans(DateTimeOffset now) => Refresh(_registry.DropOrphans(now));

    private ModelChanges Refresh(IReadOnlySet<string> nodes)
    {
        var agents = Model.Agents.ToBuilder();
        var resources = Model.Workloads.ToBuilder();
        var workloads = Model.Snapshot.Workloads.ToBuilder();
        var changed = new List<string>();
        foreach (var node in nodes)
        {
            agents.TryGetValue(node, out var before);
            var after = _registry.Find(node);
            if (after is null) agents.Remove(node);
            else agents[node] = after;
            Replace(before, after, agents, workloads, resources, changed);
        }
        Model = Model with
        {
            Agents = agents.ToImmutable(),
            Workloads = resources.ToImmutable(),
            Snapshot = Model.Snapshot with { Workloads = workloads.ToImmutable() },
        };
        return new ModelChanges([], changed);
    }

    private static void Replace(
        AgentModel? before, AgentModel? after, ImmutableSortedDictionary<string, AgentModel>.Builder agents,
        ImmutableDictionary<WorkloadId, Workload>.Builder workloads, ImmutableDictionary<string, DeltaResource>.Builder resources,
        List<string> changed)
    {
        if (ReferenceEquals(before?.Workloads, after?.Workloads)) return;
        foreach (var (id, model) in after?.Workloads ?? ImmutableDictionary<WorkloadId, WorkloadModel>.Empty)
        {
            var name = model.Resource.Name;
            if (resources.TryGetValue(name, out var current) && current.Version == model.Resource.Version) continue;
            (workloads[id], resources[name]) = (model.Workload, model.Resource);
            changed.Add(name);
        }
        foreach (var (id, model) in before?.Workloads ?? ImmutableDictionary<WorkloadId, WorkloadModel>.Empty)
        {
            if (after?.Workloads.ContainsKey(id) == true) continue;
            // Another agent may have it by now.
            if (!workloads.TryGetValue(id, out var current) || current.Node != model.Workload.Node) continue;
            if (FindOther(id, agents) is { } other)
            {
                (workloads[id], resources[model.Resource.Name]) = (other.Workload, other.Resource);
            }
            else
            {
                workloads.Remove(id);
                resources.Remove(model.Resource.Name);
            }
            changed.Add(model.Resource.Name);
        }
    }

    // Two agents may tell of one workload: a pod that moved before its former node noticed. The same choice on every replica.
    private static WorkloadModel? FindOther(WorkloadId id, IReadOnlyDictionary<string, AgentModel> agents) => agents.Values
        .Where(agent => agent.Workloads.ContainsKey(id))
        .OrderByDescending(agent => agent.Connected).ThenBy(agent => agent.Node, StringComparer.Ordinal)
        .FirstOrDefault()?.Workloads[id];
}
