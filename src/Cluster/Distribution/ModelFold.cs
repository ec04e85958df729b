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
        var none = ImmutableDictionary<WorkloadId, WorkloadModel>.Empty;
        var (old, now) = (before?.Workloads ?? none, after?.Workloads ?? none);
        foreach (var id in now.Keys.Concat(old.Keys.Where(id => !now.ContainsKey(id))))
        {
            var name = id.ToString();
            var chosen = Choose(id, old.GetValueOrDefault(id), now.GetValueOrDefault(id), workloads, agents);
            if (resources.GetValueOrDefault(name)?.Version == chosen?.Resource.Version) continue;
            if (chosen is null) workloads.Remove(id);
            else workloads[id] = chosen.Workload;
            if (chosen is null) resources.Remove(name);
            else resources[name] = chosen.Resource;
            changed.Add(name);
        }
    }

    // The common case needs no look at other agents: nobody else has the workload, or the one that had it registered it anew.
    private static WorkloadModel? Choose(
        WorkloadId id, WorkloadModel? old, WorkloadModel? now, ImmutableDictionary<WorkloadId, Workload>.Builder workloads,
        ImmutableSortedDictionary<string, AgentModel>.Builder agents)
    {
        if (!workloads.TryGetValue(id, out var current)) return now;
        var isOurs = old is not null && current.Node == old.Workload.Node;
        if (isOurs && now is not null && now.RegisteredAt >= old!.RegisteredAt) return now;
        return Newest(id, agents);
    }

    // Two agents may tell of one workload: it moved before its former node noticed. The later registration counts, whatever either reports
    // after that and however often it attaches anew; the same choice on every replica, in whatever order it heard of them.
    private static WorkloadModel? Newest(WorkloadId id, ImmutableSortedDictionary<string, AgentModel>.Builder agents) => agents.Values
        .Select(agent => agent.Workloads.GetValueOrDefault(id)).OfType<WorkloadModel>()
        .OrderByDescending(model => model.RegisteredAt).ThenBy(model => model.Workload.Node, StringComparer.Ordinal)
        .FirstOrDefault();
}
