using System.Collections.Immutable;
using Google.Protobuf;
using Mesh.Cluster.Wire;

namespace Mesh.Cluster.OriginLogs;

/// <summary>What became of a batch or snapshot.</summary>
internal enum OriginOutcome
{
    /// <summary>The log moved on; the changes say how.</summary>
    Applied,

    /// <summary>Already contained, or of an older epoch.</summary>
    Duplicate,

    /// <summary>Something before it is missing: ask for it.</summary>
    Gap,
}

/// <summary>The outcome, with what changed when it was <see cref="OriginOutcome.Applied"/>.</summary>
internal readonly record struct OriginResult(OriginOutcome Outcome, IReadOnlyList<OriginEntry> Changes)
{
    public static readonly OriginResult Duplicate = new(OriginOutcome.Duplicate, []);
    public static readonly OriginResult Gap = new(OriginOutcome.Gap, []);

    public static OriginResult Applied(IReadOnlyList<OriginEntry> changes) => new(OriginOutcome.Applied, changes);
}

/// <summary>
/// One replica's copy of one origin's log: the fold of all batches up to <see cref="Revision"/>, and the last batches themselves
/// for those that are a little behind. The owner appends, everybody else applies; any copy answers catch-up. A batch is applied
/// only if it continues what is there, so drops, repeats and disorder can delay a copy but never bend it. Not thread-safe: owned by
/// one actor.
/// </summary>
internal sealed class OriginLog(string origin, int retainedEntries = OriginLog.DefaultRetainedEntries)
{
    /// <summary>Behind by more than this many entries gets a snapshot instead of the batches.</summary>
    public const int DefaultRetainedEntries = 10_000;

    private readonly LinkedList<OriginBatch> _ring = [];
    private int _ringEntries;

    public string Origin { get; } = origin;

    /// <summary>Tells one life of the owner from the next; higher is newer. Zero: nothing was ever written.</summary>
    public ulong Epoch { get; private set; }

    public ulong Revision { get; private set; }

    public ImmutableSortedDictionary<string, ByteString> Entries { get; private set; } =
        ImmutableSortedDictionary.Create<string, ByteString>(StringComparer.Ordinal);

    public OriginHead Head => new() { Origin = Origin, Epoch = Epoch, Revision = Revision };

    /// <summary>The owner's write: one revision step, already applied to this copy.</summary>
    public OriginBatch Append(ulong epoch, IEnumerable<OriginEntry> entries)
    {
        if (epoch < Epoch) throw new ArgumentException($"epoch {epoch} is older than {Epoch}", nameof(epoch));
        var prev = epoch == Epoch ? Revision : 0;
        var batch = new OriginBatch { Origin = Origin, Epoch = epoch, PrevRevision = prev, Revision = prev + 1 };
        batch.Entries.AddRange(entries);
        Apply(batch);
        return batch;
    }

    public OriginResult Apply(OriginBatch batch)
    {
        if (batch.Epoch < Epoch || (batch.Epoch == Epoch && batch.Revision <= Revision)) return OriginResult.Duplicate;
        if (batch.Epoch > Epoch) return batch.PrevRevision == 0 ? StartAnew(batch) : OriginResult.Gap;
        if (batch.PrevRevision > Revision) return OriginResult.Gap;
        return Advance(batch);
    }

    public OriginResult Apply(OriginSnapshot snapshot)
    {
        var isNewer = snapshot.Epoch > Epoch || (snapshot.Epoch == Epoch && snapshot.Revision > Revision);
        if (!isNewer) return OriginResult.Duplicate;
        var changes = DifferenceTo(snapshot.Entries);
        Fold(changes);
        (Epoch, Revision) = (snapshot.Epoch, snapshot.Revision);
        ClearRing();
        return OriginResult.Applied(changes);
    }

    /// <summary>Whether a peer that is at <paramref name="head"/> has something this copy lacks.</summary>
    public bool IsBehind(OriginHead head) => head.Epoch > Epoch || (head.Epoch == Epoch && head.Revision > Revision);

    /// <summary>What somebody who is at (<paramref name="epoch"/>, <paramref name="from"/>) lacks: batches, or else a snapshot.</summary>
    public IReadOnlyList<IMessage> CatchUp(ulong epoch, ulong from)
    {
        if (epoch > Epoch || (epoch == Epoch && from >= Revision)) return [];
        if (epoch == Epoch && _ring.First is { } oldest && oldest.Value.PrevRevision <= from)
            return [.. _ring.Where(batch => batch.Revision > from)];
        return [Snapshot()];
    }

    public OriginSnapshot Snapshot()
    {
        var snapshot = new OriginSnapshot { Origin = Origin, Epoch = Epoch, Revision = Revision };
        snapshot.Entries.AddRange(Entries.Select(e => new OriginEntry { Key = e.Key, Value = e.Value }));
        return snapshot;
    }

    private OriginResult StartAnew(OriginBatch batch)
    {
        var changes = DifferenceTo(batch.Entries.Where(e => !e.Removed));
        Fold(changes);
        (Epoch, Revision) = (batch.Epoch, batch.Revision);
        ClearRing();
        Retain(batch);
        return OriginResult.Applied(changes);
    }

    private OriginResult Advance(OriginBatch batch)
    {
        Fold(batch.Entries);
        Revision = batch.Revision;
        Retain(batch);
        return OriginResult.Applied(batch.Entries);
    }

    private List<OriginEntry> DifferenceTo(IEnumerable<OriginEntry> whole)
    {
        var changes = new List<OriginEntry>();
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in whole)
        {
            kept.Add(entry.Key);
            if (!Entries.TryGetValue(entry.Key, out var current) || current != entry.Value) changes.Add(entry);
        }
        changes.AddRange(Entries.Keys.Where(key => !kept.Contains(key)).Select(key => new OriginEntry { Key = key, Removed = true }));
        return changes;
    }

    private void Fold(IEnumerable<OriginEntry> changes)
    {
        var entries = Entries.ToBuilder();
        foreach (var entry in changes)
        {
            if (entry.Removed) entries.Remove(entry.Key);
            else entries[entry.Key] = entry.Value;
        }
        Entries = entries.ToImmutable();
    }

    private void Retain(OriginBatch batch)
    {
        _ring.AddLast(batch);
        _ringEntries += batch.Entries.Count;
        while (_ringEntries > retainedEntries && _ring.First is { } oldest && _ring.Count > 1)
        {
            _ringEntries -= oldest.Value.Entries.Count;
            _ring.RemoveFirst();
        }
    }

    private void ClearRing()
    {
        _ring.Clear();
        _ringEntries = 0;
    }
}
