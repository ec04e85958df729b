using Google.Protobuf;
using Mesh.Cluster.Wire;
using Mesh.Protocol.V1;

namespace Mesh.Cluster.Registry;

/// <summary>
/// What the agents attached to this replica reported, as entries of its origin log. Every method returns the entries that differ
/// from what the log already has. Pure but for its own fields; owned by one actor.
/// </summary>
internal sealed class RegistryState(string replica)
{
    private readonly Dictionary<string, Node> _nodes = new(StringComparer.Ordinal);

    /// <summary>
    /// A stream opened. Nothing is announced before its first full workload report: an announced agent replaces its former self
    /// everywhere, and must not do so empty-handed.
    /// </summary>
    /// <returns>False when a stream with a higher incarnation is attached already.</returns>
    public bool Attach(string node, ulong incarnation, string version, Guid session)
    {
        if (!_nodes.TryGetValue(node, out var state)) _nodes[node] = state = new Node();
        if (incarnation < state.Incarnation) return false;
        (state.Incarnation, state.Version, state.Session) = (incarnation, version, session);
        // What an earlier stream claimed is not this one's word: an agent that restarted may have come back with an older model.
        (state.HasReported, state.HasReportedObjects, state.Revision) = (false, false, 0);
        return true;
    }

    /// <summary>Takes in one report of the stream; nothing if another stream of the agent has taken over.</summary>
    public IReadOnlyList<OriginEntry> Report(string node, Guid session, AgentReport report)
    {
        if (!_nodes.TryGetValue(node, out var state) || state.Session != session) return [];
        var changes = new List<OriginEntry>();
        switch (report.ReportCase)
        {
            case AgentReport.ReportOneofCase.Workloads:
                Upsert(state, node, RegistrySort.Workload, report.Workloads.Full,
                    report.Workloads.Upserted.Select(w => ($"{w.Namespace}/{w.Name}", (IMessage)w)), report.Workloads.Removed, changes);
                if (report.Workloads.Full) state.HasReported = true;
                break;
            case AgentReport.ReportOneofCase.Proxies:
                Upsert(state, node, RegistrySort.Proxy, report.Proxies.Full,
                    report.Proxies.Upserted.Select(p => (p.Id, (IMessage)p)), report.Proxies.Removed, changes);
                break;
            case AgentReport.ReportOneofCase.Objects:
                // The first report of a stream tells of every object the agent knows; the parts after it only add.
                Upsert(state, node, RegistrySort.Object, !state.HasReportedObjects, report.Objects.Objects.Select(o => (o.Key, (IMessage)o)), [], changes);
                state.HasReportedObjects = true;
                state.Revision = Math.Max(state.Revision, report.Objects.Revision);
                break;
        }
        if (state.HasReported) Set(state, AgentKey(node), AgentEntryOf(node, state, connected: true), changes);
        return changes;
    }

    /// <summary>The stream ended. Its entries stay until <see cref="Expire"/>; null when it was not the agent's current one.</summary>
    public IReadOnlyList<OriginEntry>? Detach(string node, Guid session)
    {
        if (!_nodes.TryGetValue(node, out var state) || state.Session != session) return null;
        state.Session = Guid.Empty;
        var changes = new List<OriginEntry>();
        if (state.Entries.ContainsKey(AgentKey(node))) Set(state, AgentKey(node), AgentEntryOf(node, state, connected: false), changes);
        return changes;
    }

    /// <summary>The lease ran out: everything of the agent goes, unless a stream of it is attached again.</summary>
    public IReadOnlyList<OriginEntry> Expire(string node)
    {
        if (!_nodes.TryGetValue(node, out var state) || state.Session != Guid.Empty) return [];
        _nodes.Remove(node);
        return [.. state.Entries.Keys.Select(key => new OriginEntry { Key = key, Removed = true })];
    }

    private static void Upsert(
        Node state, string node, RegistrySort sort, bool full,
        IEnumerable<(string Name, IMessage Value)> upserted, IEnumerable<string> removed, List<OriginEntry> changes)
    {
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in upserted)
        {
            var key = new RegistryKey(sort, node, name).ToString();
            kept.Add(key);
            Set(state, key, value, changes);
        }
        var gone = removed.Select(name => new RegistryKey(sort, node, name).ToString());
        if (full) gone = state.Entries.Keys.Where(key => RegistryKey.TryParse(key, out var k) && k.Sort == sort && !kept.Contains(key));
        foreach (var key in gone.ToArray())
            if (state.Entries.Remove(key)) changes.Add(new OriginEntry { Key = key, Removed = true });
    }

    private static void Set(Node state, string key, IMessage value, List<OriginEntry> changes)
    {
        var bytes = value.ToByteString();
        if (state.Entries.TryGetValue(key, out var current) && current == bytes) return;
        state.Entries[key] = bytes;
        changes.Add(new OriginEntry { Key = key, Value = bytes });
    }

    private AgentEntry AgentEntryOf(string node, Node state, bool connected) => new()
    {
        Node = node, Incarnation = state.Incarnation, Connected = connected,
        Version = state.Version, Revision = state.Revision, Replica = replica,
    };

    private static string AgentKey(string node) => new RegistryKey(RegistrySort.Agent, node, "").ToString();

    private sealed class Node
    {
        public ulong Incarnation { get; set; }
        public ulong Revision { get; set; }
        public string Version { get; set; } = "";
        public Guid Session { get; set; }
        public bool HasReported { get; set; }
        public bool HasReportedObjects { get; set; }
        public SortedDictionary<string, ByteString> Entries { get; } = new(StringComparer.Ordinal);
    }
}
