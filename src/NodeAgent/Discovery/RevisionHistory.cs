using Mesh.Core.Snapshots;

namespace Mesh.NodeAgent.Discovery;

/// <summary>Which revision each generation was compiled from. Used by one thread.</summary>
internal sealed class RevisionHistory
{
    private readonly List<(ulong Generation, Revision Revision)> _entries = [];

    /// <summary>Notes a generation; only those that brought a new revision are kept.</summary>
    public void Add(ulong generation, Revision revision)
    {
        if (_entries.Count == 0 || _entries[^1].Revision != revision) _entries.Add((generation, revision));
    }

    /// <summary>The newest revision contained in <paramref name="generation"/>.</summary>
    public Revision At(ulong generation)
    {
        for (var i = _entries.Count - 1; i >= 0; i--)
            if (_entries[i].Generation <= generation) return _entries[i].Revision;
        return Revision.None;
    }

    /// <summary>Forgets what nobody who has answered at least <paramref name="generation"/> can ask for.</summary>
    public void Trim(ulong generation)
    {
        var keep = _entries.FindLastIndex(e => e.Generation <= generation);
        if (keep > 0) _entries.RemoveRange(0, keep);
    }
}
