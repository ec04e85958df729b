using Envoy.Config.Listener.V3;

namespace Mesh.Sidecar.Discovery;

/// <summary>
/// Listeners whose address could not be had, to be tried again: after a second, then ever less often. Discovery was told that they are
/// refused; it is not asked to send them again for that. Used by the discovery loop only.
/// </summary>
internal sealed class RefusedListeners(TimeProvider time)
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxBackOff = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>How long until the next one is due; null when there is none.</summary>
    public TimeSpan? UntilDue
    {
        get
        {
            if (_entries.Count == 0) return null;
            var wait = _entries.Values.Min(e => e.BackOff - time.GetElapsedTime(e.TriedAt));
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }

    /// <summary>Remembers a listener as discovery last sent it.</summary>
    public void Add(Listener listener) => _entries[listener.Name] = new Entry(listener, FirstBackOff, time.GetTimestamp());

    /// <summary>Whether it is this very resource that waits, not another of its name.</summary>
    public bool IsHeld(Listener listener) => _entries.TryGetValue(listener.Name, out var entry) && ReferenceEquals(entry.Listener, listener);

    public void Remove(string name) => _entries.Remove(name);

    /// <summary>Those to be tried now. Each is due again, later, unless it is removed.</summary>
    public IReadOnlyList<Listener> TakeDue()
    {
        var due = _entries.Values.Where(e => time.GetElapsedTime(e.TriedAt) >= e.BackOff).ToArray();
        foreach (var (listener, backOff, _) in due)
            _entries[listener.Name] = new Entry(listener, TimeSpan.FromTicks(Math.Min(MaxBackOff.Ticks, backOff.Ticks * 2)), time.GetTimestamp());
        return [.. due.Select(e => e.Listener)];
    }

    private sealed record Entry(Listener Listener, TimeSpan BackOff, long TriedAt);
}
