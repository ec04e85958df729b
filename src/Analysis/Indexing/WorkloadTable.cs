using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Translation.Indexing;

namespace Mesh.Analysis.Indexing;

/// <summary>All workloads, by the labels that select them. Immutable.</summary>
internal sealed class WorkloadTable
{
    private readonly FrozenDictionary<string, ImmutableArray<IndexedWorkload>> _byNamespace;
    private readonly FrozenDictionary<(string Key, string Value), ImmutableArray<IndexedWorkload>> _byLabel;

    public WorkloadTable(IEnumerable<IndexedWorkload> workloads, bool complete)
    {
        All = [.. workloads.GroupBy(w => w.Id).Select(g => g.Last()).OrderBy(w => w.Id)];
        AreKnown = complete || All.Length > 0;
        _byNamespace = All.GroupBy(w => w.Id.Namespace, StringComparer.Ordinal).ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray(), StringComparer.Ordinal);
        _byLabel = All.SelectMany(w => w.Labels.Select(l => ((l.Key, l.Value), w))).GroupBy(p => p.Item1, p => p.w).ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray());
    }

    /// <summary>By id.</summary>
    public ImmutableArray<IndexedWorkload> All { get; }

    /// <summary>
    /// Whether a workload that is not among them does not exist. Files that hold only routing say nothing about workloads, and nothing is
    /// said about their selectors then.
    /// </summary>
    public bool AreKnown { get; }

    public ImmutableArray<IndexedWorkload> In(string @namespace) => _byNamespace.GetValueOrDefault(@namespace, []);

    /// <summary>Those with all the labels, by id; in every namespace when <paramref name="namespace"/> is null. No label selects all.</summary>
    public IEnumerable<IndexedWorkload> Selected(ImmutableSortedDictionary<string, string> labels, string? @namespace)
    {
        if (labels.Count == 0) return @namespace is null ? All : In(@namespace);
        var rarest = labels.Select(l => _byLabel.GetValueOrDefault((l.Key, l.Value), [])).MinBy(c => c.Length);
        return rarest.Where(w => (@namespace is null || w.Id.Namespace == @namespace) && Labels.Match(labels, w.Labels));
    }
}
