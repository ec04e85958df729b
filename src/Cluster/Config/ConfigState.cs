using System.Collections.Immutable;
using Mesh.Cluster.Wire;

namespace Mesh.Cluster.Config;

/// <summary>What the log decided about a request: the event to persist, null when nothing changes, and the answer to give after that.</summary>
internal readonly record struct ConfigDecision(ConfigChanged? Event, ConfigApplied Reply);

/// <summary>
/// All configuration objects at one revision, and the answers to the latest requests, by which a repeated request is known.
/// Immutable; Its decisions are pure: time comes in as an argument and goes into the event.
/// </summary>
internal sealed record ConfigState
{
    /// <summary>Answers kept; a writer repeats a request for 30 s at most.</summary>
    private const int MaxRecent = 256;

    public static readonly ConfigState Empty = new();

    public ulong Epoch { get; init; }
    public ulong Revision { get; init; }

    public ImmutableSortedDictionary<string, StoredObject> Objects { get; init; } =
        ImmutableSortedDictionary.Create<string, StoredObject>(StringComparer.Ordinal);

    public ImmutableQueue<ConfigApplied> Recent { get; init; } = [];

    public ConfigDecision Decide(ApplyConfig request, DateTimeOffset now)
    {
        var known = request.RequestId.Length == 0 ? null : Recent.FirstOrDefault(r => r.RequestId == request.RequestId);
        if (known is not null) return new ConfigDecision(null, known);

        var changed = new ConfigChanged { Epoch = Epoch != 0 ? Epoch : EpochAt(now), RequestId = request.RequestId };
        var next = Revision + 1;
        foreach (var change in request.Changes) DecideOne(change, changed, next, now);
        var hasChanges = changed.Upserted.Count + changed.Removed.Count > 0;
        var reply = new ConfigApplied { RequestId = request.RequestId, Revision = hasChanges ? next : Revision };
        reply.Outcomes.AddRange(changed.Outcomes);
        return new ConfigDecision(hasChanges ? changed : null, reply);
    }

    /// <summary>The state after the event with journal sequence number <paramref name="revision"/>.</summary>
    public ConfigState Apply(ConfigChanged changed, ulong revision)
    {
        var objects = Objects.ToBuilder();
        foreach (var stored in changed.Upserted) objects[KeyOf(stored)] = stored;
        objects.RemoveRange(changed.Removed);
        var reply = new ConfigApplied { RequestId = changed.RequestId, Revision = revision };
        reply.Outcomes.AddRange(changed.Outcomes);
        var recent = changed.RequestId.Length == 0 ? Recent : Recent.Enqueue(reply);
        while (recent.Count() > MaxRecent) recent = recent.Dequeue();
        return new ConfigState { Epoch = changed.Epoch, Revision = revision, Objects = objects.ToImmutable(), Recent = recent };
    }

    public ConfigSnapshot ToSnapshot()
    {
        var snapshot = new ConfigSnapshot { Epoch = Epoch, Revision = Revision };
        snapshot.Objects.AddRange(Objects.Values);
        snapshot.Recent.AddRange(Recent);
        return snapshot;
    }

    public static ConfigState FromSnapshot(ConfigSnapshot snapshot) => new()
    {
        Epoch = snapshot.Epoch,
        Revision = snapshot.Revision,
        Objects = Empty.Objects.AddRange(snapshot.Objects.Select(o => KeyValuePair.Create(KeyOf(o), o))),
        Recent = [.. snapshot.Recent],
    };

    public static string KeyOf(StoredObject stored) => $"{stored.Object.Kind}/{stored.Object.Namespace}/{stored.Object.Name}";

    private void DecideOne(ConfigChange change, ConfigChanged changed, ulong next, DateTimeOffset now)
    {
        Objects.TryGetValue(change.Key, out var current);
        var at = current?.Object.Revision ?? 0;
        var outcome = new ConfigOutcome { Key = change.Key, Revision = at };
        changed.Outcomes.Add(outcome);
        if (change.HasExpectedRevision && change.ExpectedRevision != at)
        {
            outcome.Action = ConfigOutcome.Types.Action.Conflict;
        }
        else if (change.Remove)
        {
            outcome.Action = current is null ? ConfigOutcome.Types.Action.NotFound : ConfigOutcome.Types.Action.Deleted;
            if (current is null) return;
            outcome.Revision = next;
            changed.Removed.Add(change.Key);
        }
        else
        {
            var stored = ConfigDocument.Stamp(change, current, next, now);
            if (stored.DocumentDigest == current?.DocumentDigest && current.Object.ApiVersion == change.ApiVersion) return;
            outcome.Action = current is null ? ConfigOutcome.Types.Action.Created : ConfigOutcome.Types.Action.Configured;
            outcome.Revision = next;
            changed.Upserted.Add(stored);
        }
    }

    private static ulong EpochAt(DateTimeOffset now) => (ulong)(now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
