using Mesh.Cluster.Registry;
using Mesh.Cluster.Wire;

namespace Mesh.Cluster.Distribution;

/// <summary>
/// What all registries say, by agent. An agent that moved is told of by two: its highest incarnation wins, whole. What the former life
/// of a restarted replica said stays for a lease, until its agents have reported anew. Owned by one actor.
/// </summary>
internal sealed class RegistryFold(TimeSpan lease)
{
    private readonly Dictionary<string, Dictionary<string, AgentModel>> _origins = new(StringComparer.Ordinal);
    private readonly List<AgentModel> _orphans = [];

    /// <summary>Takes in changes of one registry; the nodes whose agent may differ now.</summary>
    public IReadOnlySet<string> Apply(string origin, ulong epoch, IReadOnlyList<OriginEntry> changes, bool isWhole, DateTimeOffset now)
    {
        var touched = new HashSet<string>(StringComparer.Ordinal);
        if (isWhole) Orphan(origin, epoch, now, touched);
        if (!_origins.TryGetValue(origin, out var agents)) _origins[origin] = agents = new(StringComparer.Ordinal);
        foreach (var entry in changes)
        {
            if (!RegistryKey.TryParse(entry.Key, out var key)) continue;
            touched.Add(key.Node);
            var agent = agents.GetValueOrDefault(key.Node) ?? new AgentModel(key.Node, origin, epoch);
            agent = AgentFold.Apply(agent, key, entry, now);
            var isGone = agent.Incarnation == 0 && agent.Workloads.IsEmpty && agent.Proxies.IsEmpty && agent.Objects.IsEmpty;
            if (isGone) agents.Remove(key.Node);
            else agents[key.Node] = agent;
        }
        return touched;
    }

    /// <summary>The lease of a whole registry ran out.</summary>
    public IReadOnlySet<string> Drop(string origin) =>
        _origins.Remove(origin, out var agents) ? agents.Keys.ToHashSet(StringComparer.Ordinal) : new HashSet<string>();

    /// <summary>Gives up what was left behind a lease ago.</summary>
    public IReadOnlySet<string> DropOrphans(DateTimeOffset now)
    {
        var ended = _orphans.Where(a => now - a.LostAt >= lease).ToArray();
        foreach (var agent in ended) _orphans.Remove(agent);
        return ended.Select(a => a.Node).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The agent of a node as it counts; null when nobody tells of one.</summary>
    public AgentModel? Find(string node)
    {
        var told = _origins.Values.Select(agents => agents.GetValueOrDefault(node)).OfType<AgentModel>();
        return told.Concat(_orphans.Where(a => a.Node == node))
            .Where(a => a.Incarnation > 0)
            .OrderByDescending(a => a.Incarnation).ThenByDescending(a => a.Connected).ThenByDescending(a => a.Epoch)
            .FirstOrDefault();
    }

    private void Orphan(string origin, ulong epoch, DateTimeOffset now, HashSet<string> touched)
    {
        if (!_origins.Remove(origin, out var agents)) return;
        touched.UnionWith(agents.Keys);
        _orphans.AddRange(agents.Values
            .Where(a => a.Epoch != epoch && a.Incarnation > 0)
            .Select(a => a with { Connected = false, LostAt = a.LostAt ?? now }));
    }
}
