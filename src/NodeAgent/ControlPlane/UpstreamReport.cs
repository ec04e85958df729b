using System.Threading.Channels;
using Mesh.Protocol.V1;

namespace Mesh.NodeAgent.ControlPlane;

/// <summary>
/// What the control plane is to know of this node: workloads, proxies, and how far objects are in force. Writers put in the newest
/// state of one thing; the stream takes out what differs. What changes faster than the stream takes merges. All under a lock.
/// </summary>
internal sealed class UpstreamReport
{
    /// <summary>Keeps a message of object states well under the 64 KiB that the replicas' own transport likes.</summary>
    private const int MaxObjects = 400;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Workload> _workloads = [];
    private readonly Dictionary<string, ProxyStatus> _proxies = [];
    private readonly Dictionary<string, ObjectStatus> _objects = [];
    private readonly HashSet<string> _dirtyWorkloads = [], _dirtyProxies = [], _dirtyObjects = [];
    private ulong _revision;
    private bool _full, _revisionDirty;

    // Room for one: a signal while one waits says nothing more.
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void PutWorkload(string id, Workload? workload) => Put(_workloads, _dirtyWorkloads, id, workload);

    public void PutProxy(string id, ProxyStatus? status) => Put(_proxies, _dirtyProxies, id, status);

    /// <summary>The agent has compiled everything up to <paramref name="revision"/>, with these states of objects changed.</summary>
    public void PutObjects(ulong revision, IEnumerable<ObjectStatus> objects)
    {
        lock (_lock)
        {
            _revisionDirty |= _revision != revision;
            _revision = revision;
            foreach (var status in objects)
            {
                if (status.Equals(_objects.GetValueOrDefault(status.Key))) continue;
                _objects[status.Key] = status;
                _dirtyObjects.Add(status.Key);
            }
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Forgets an object whose removal every replica has counted, so that the table does not grow with history.</summary>
    public void DropObjects(IEnumerable<string> keys)
    {
        lock (_lock)
            foreach (var key in keys)
            {
                _objects.Remove(key);
                _dirtyObjects.Remove(key);
            }
    }

    /// <summary>A new stream: everything is to be told.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            _full = true;
            _revisionDirty = _revision > 0;
            _dirtyObjects.UnionWith(_objects.Keys);
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Waits until there is something to tell, and takes it, without sequence numbers.</summary>
    public async Task<IReadOnlyList<AgentReport>> TakeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _signal.Reader.ReadAsync(cancellation);
            if (Take() is { Count: > 0 } reports) return reports;
        }
    }

    internal IReadOnlyList<AgentReport> Take()
    {
        lock (_lock)
        {
            List<AgentReport> reports = [];
            if (_full || _dirtyWorkloads.Count > 0) reports.Add(new AgentReport { Workloads = TakeWorkloadsNeedsLock() });
            if (_full || _dirtyProxies.Count > 0) reports.Add(new AgentReport { Proxies = TakeProxiesNeedsLock() });
            if (_revisionDirty || _dirtyObjects.Count > 0) reports.AddRange(TakeObjectsNeedsLock());
            _full = _revisionDirty = false;
            return reports;
        }
    }

    private void Put<T>(Dictionary<string, T> states, HashSet<string> dirty, string id, T? state) where T : class
    {
        lock (_lock)
        {
            if (Equals(states.GetValueOrDefault(id), state)) return;
            if (state is null) states.Remove(id);
            else states[id] = state;
            dirty.Add(id);
        }

        _signal.Writer.TryWrite(true);
    }

    private WorkloadReport TakeWorkloadsNeedsLock()
    {
        var report = new WorkloadReport { Full = _full };
        report.Upserted.Add(_full ? _workloads.Values : _dirtyWorkloads.Select(_workloads.GetValueOrDefault).OfType<Workload>());
        if (!_full) report.Removed.Add(_dirtyWorkloads.Where(id => !_workloads.ContainsKey(id)));
        _dirtyWorkloads.Clear();
        return report;
    }

    private ProxyReport TakeProxiesNeedsLock()
    {
        var report = new ProxyReport { Full = _full };
        report.Upserted.Add(_full ? _proxies.Values : _dirtyProxies.Select(_proxies.GetValueOrDefault).OfType<ProxyStatus>());
        if (!_full) report.Removed.Add(_dirtyProxies.Where(id => !_proxies.ContainsKey(id)));
        _dirtyProxies.Clear();
        return report;
    }

    private List<AgentReport> TakeObjectsNeedsLock()
    {
        List<AgentReport> reports = [];
        foreach (var part in _dirtyObjects.Select(key => _objects[key]).Chunk(MaxObjects))
            reports.Add(new AgentReport { Objects = new ObjectReport { Objects = { part } } });
        if (reports.Count == 0) reports.Add(new AgentReport { Objects = new ObjectReport() });
        // Only the last part may claim the revision: it says that all of its objects' states were told.
        reports[^1].Objects.Revision = _revision;
        _dirtyObjects.Clear();
        return reports;
    }
}
