using Mesh.Core.Identity;
using Mesh.Core.Resources;
using Mesh.Core.Snapshots;
using Mesh.NodeAgent.ControlPlane;
using Mesh.Protocol.V1;

namespace Mesh.NodeAgent.Discovery;

/// <summary>
/// Counts, for every object, the local proxies that its last change concerns and how many of them have it in force, and says so
/// upstream. One that is registered and not connected is concerned like any other, and has acknowledged nothing. A change that leaves a proxy's resources as they were counts as acknowledged at once, because there is nothing it
/// would answer. Used by the configuration loop only.
/// </summary>
internal sealed class ConfigurationAccounting(UpstreamReport report, TimeProvider time)
{
    /// <summary>Removed objects that are remembered for replicas that ask late.</summary>
    private const int MaxRemoved = 256;

    /// <summary>Of one object, told of by name.</summary>
    private const int MaxWaits = 3;

    private readonly Dictionary<ObjectKey, Entry> _entries = [];

    /// <summary>Not yet answered by every proxy concerned; refused by some; concerning proxies that are gone for good since.</summary>
    private readonly HashSet<ObjectKey> _open = [], _refused = [], _left = [];

    private readonly Queue<ObjectKey> _removed = new();
    private readonly RevisionHistory _revisions = new();

    public void Account(MeshSnapshot snapshot, Compilation compilation, ConfigurationWork work, IReadOnlyCollection<ProxyState> proxies)
    {
        if (compilation.IsNew) _revisions.Add(compilation.Generation, snapshot.Revision);
        foreach (var key in compilation.Objects) Note(key, snapshot, compilation);
        var dirty = Dirty(compilation, work, proxies);
        foreach (var proxy in proxies) NoteProblems(proxy, compilation, dirty);
        report.PutObjects(snapshot.Revision.Value, dirty.Where(_entries.ContainsKey).Select(key => Judge(key, proxies)).ToArray());
        foreach (var proxy in proxies) ReportProxy(proxy);
        _revisions.Trim(proxies.Where(p => p.IsConnected).Select(p => p.AnsweredGeneration).DefaultIfEmpty(compilation.Generation).Min());
    }

    /// <summary>A proxy's last stream ended.</summary>
    public void Disconnected(ProxyState proxy, ProxyConnection last)
    {
        proxy.LastRevision = _revisions.At(last.AnsweredGeneration);
        proxy.IsSettled = false;
    }

    /// <summary>A proxy is neither connected nor expected any more: what concerned it is to be counted without it.</summary>
    public void Left(ProxyState proxy) => _left.UnionWith(proxy.Dependencies);

    /// <summary>Nobody speaks of this proxy any more.</summary>
    public void Forget(WorkloadId id) => report.PutProxy(id.ToString(), null);

    private void Note(ObjectKey key, MeshSnapshot snapshot, Compilation compilation)
    {
        var revision = snapshot.Objects.TryGetValue(key, out var value) ? value.Metadata.ResourceVersion : snapshot.Revision;
        _entries[key] = new Entry(revision, compilation.Generation, [.. compilation.Former[key]]);
        _open.Add(key);
        if (value is not null) return;
        _removed.Enqueue(key);
        while (_removed.Count > MaxRemoved) ForgetRemoved(_removed.Dequeue(), snapshot);
    }

    // An object may come to wait for another, or end to, without a change of its own: what is in force of it is then only what the proxy answers
    // from here on.
    private void NoteProblems(ProxyState proxy, Compilation compilation, HashSet<ObjectKey> dirty)
    {
        if (proxy.Resources.Problems.SequenceEqual(proxy.Accounted)) return;
        foreach (var key in proxy.Resources.Problems.Except(proxy.Accounted).Concat(proxy.Accounted.Except(proxy.Resources.Problems)).Select(p => p.Object))
            if (_entries.TryGetValue(key, out var entry) && dirty.Add(key)) _entries[key] = entry with { Generation = compilation.Generation };
        proxy.Accounted = proxy.Resources.Problems;
    }

    private void ForgetRemoved(ObjectKey key, MeshSnapshot snapshot)
    {
        // It may have come back since.
        if (snapshot.Objects.ContainsKey(key)) return;
        _entries.Remove(key);
        _open.Remove(key);
        _refused.Remove(key);
        report.DropObjects([key.ToString()]);
    }

    // What may have another status than last time. A proxy's first answers, and its going, decide about everything it depends on, its
    // later answers only about what of that is open or was refused.
    private HashSet<ObjectKey> Dirty(Compilation compilation, ConfigurationWork work, IReadOnlyCollection<ProxyState> proxies)
    {
        HashSet<ObjectKey> dirty = [.. compilation.Objects, .. _left];
        _left.Clear();
        var touched = work.Touched.Count == 0 ? [] : proxies.Where(p => p.Connections.Any(work.Touched.Contains)).ToArray();
        if (touched.Length > 0) dirty.UnionWith(_open.Concat(_refused).Where(key => touched.Any(proxy => IsConcerned(key, _entries[key], proxy))));
        foreach (var proxy in proxies.Where(p => !p.IsSettled))
        {
            dirty.UnionWith(proxy.Dependencies);
            proxy.IsSettled = !proxy.IsConnected || (proxy.AnsweredGeneration > 0 && proxy.AnsweredGeneration == proxy.Published?.Generation);
        }

        return dirty;
    }

    private ObjectStatus Judge(ObjectKey key, IReadOnlyCollection<ProxyState> proxies)
    {
        var entry = _entries[key];
        var status = new ObjectStatus { Key = key.ToString(), Revision = entry.Revision.Value };
        foreach (var proxy in proxies)
        {
            if (!IsConcerned(key, entry, proxy)) continue;
            status.Concerned++;
            var hasAnswered = proxy.AnsweredGeneration >= entry.Generation;
            if (RejectionOf(key, entry, proxy) is { } reason) status.Rejections.Add(new Rejection { Proxy = proxy.Id.ToString(), Reason = reason });
            else if (hasAnswered && WaitOf(key, proxy) is { } wait)
                status.Rejections.Add(new Rejection { Proxy = proxy.Id.ToString(), Reason = wait, Waiting = true });
            else if (hasAnswered) status.Acknowledged++;
        }

        entry.Enter(StateOf(status), time);
        status.Since = entry.Since;

        if (status.Acknowledged + status.Rejections.Count >= status.Concerned) _open.Remove(key);
        else _open.Add(key);
        if (status.Rejections.Count > 0) _refused.Add(key);
        else _refused.Remove(key);
        return status;
    }

    private static bool IsConcerned(ObjectKey key, Entry entry, ProxyState proxy) => proxy.Dependencies.Contains(key) || entry.Former.Contains(proxy);

    private static string? RejectionOf(ObjectKey key, Entry entry, ProxyState proxy)
    {
        foreach (var problem in proxy.Resources.Problems)
            if (problem.Object == key && !problem.IsWaiting) return $"{problem.Path}: {problem.Reason}";
        foreach (var rejection in proxy.Rejections)
            if (IsMeant(key, entry, rejection)) return $"{rejection.Resource}: {rejection.Reason}";
        return null;
    }

    private static string? WaitOf(ObjectKey key, ProxyState proxy)
    {
        var waits = proxy.Resources.Problems.Where(p => p.Object == key && p.IsWaiting).Take(MaxWaits + 1).Select(p => $"{p.Path}: {p.Reason}").ToArray();
        if (waits.Length > MaxWaits) waits[MaxWaits] = "and more";
        return waits.Length == 0 ? null : string.Join("; ", waits);
    }

    private static EntryState StateOf(ObjectStatus status) =>
        status.Rejections.Any(r => !r.Waiting) ? EntryState.Refused
        : status.Acknowledged + status.Rejections.Count < status.Concerned ? EntryState.Pending
        : status.Rejections.Count > 0 ? EntryState.Waiting : EntryState.InForce;

    // Held against the objects that changed with the refused response; of a first, full one, against those it names.
    private static bool IsMeant(ObjectKey key, Entry entry, ProxyRejection rejection) => rejection.After > 0
        ? entry.Generation > rejection.After && entry.Generation <= rejection.UpTo
        : rejection.Resource.Contains(key.Name, StringComparison.Ordinal) || rejection.Reason.Contains(key.Name, StringComparison.Ordinal);

    private void ReportProxy(ProxyState proxy)
    {
        var status = new ProxyStatus
        {
            Id = proxy.Id.ToString(), Role = proxy.RoleText, Connected = proxy.IsConnected, Version = proxy.Version,
            Revision = (proxy.IsConnected ? _revisions.At(proxy.AnsweredGeneration) : proxy.LastRevision).Value,
        };
        foreach (var rejection in proxy.Rejections)
            status.Errors.Add(new ResourceError { TypeUrl = rejection.TypeUrl, Resource = rejection.Resource, Reason = rejection.Reason });
        foreach (var problem in proxy.Resources.Problems)
            status.Errors.Add(new ResourceError { Resource = problem.Object.ToString(), Reason = $"{problem.Path}: {problem.Reason}", Waiting = problem.IsWaiting });
        report.PutProxy(status.Id, status);
    }

    private enum EntryState
    {
        None,
        Pending,
        Waiting,
        Refused,
        InForce,
    }

    private sealed record Entry(Revision Revision, ulong Generation, HashSet<ProxyState> Former)
    {
        private EntryState _state;

        /// <summary>Microseconds since 1970.</summary>
        public ulong Since { get; private set; }

        public void Enter(EntryState state, TimeProvider time)
        {
            if (state == _state) return;
            _state = state;
            Since = (ulong)(time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        }
    }
}
