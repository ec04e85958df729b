using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;

namespace Mesh.Translation.Indexing;

/// <summary>
/// All Sidecar objects. The one in force for a workload is the narrowest: one that selects its labels, its namespace's, the root namespace's;
/// in each scope the oldest. They are not merged. Immutable.
/// </summary>
internal sealed class SidecarTable
{
    private readonly FrozenDictionary<string, ImmutableArray<MeshObject>> _byNamespace;
    private readonly string _root;

    public SidecarTable(IEnumerable<MeshObject> objects, string rootNamespace)
    {
        _root = rootNamespace;
        _byNamespace = objects.Order(Age.OldestFirst)
            .GroupBy(o => o.Key.Namespace, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray(), StringComparer.Ordinal);
    }

    /// <summary>The object in force; null: none, and everything visible is imported.</summary>
    public MeshObject? For(string @namespace, ImmutableSortedDictionary<string, string> labels) =>
        In(@namespace).FirstOrDefault(o => !IsWide(o) && Selects(o, labels)) ?? Wide(@namespace) ?? (@namespace == _root ? null : Wide(_root));

    /// <summary>Objects that an older one of the same scope keeps out of force for the workload. A wider one that gives way to a narrower is as meant.</summary>
    public IEnumerable<(MeshObject Loser, MeshObject Winner)> Overridden(string @namespace, ImmutableSortedDictionary<string, string> labels)
    {
        foreach (var scope in new[] { @namespace, _root }.Distinct(StringComparer.Ordinal))
            foreach (var loser in In(scope).Where(IsWide).Skip(1)) yield return (loser, Wide(scope)!);
        var selecting = In(@namespace).Where(o => !IsWide(o) && Selects(o, labels)).ToList();
        foreach (var loser in selecting.Skip(1)) yield return (loser, selecting[0]);
    }

    private ImmutableArray<MeshObject> In(string @namespace) => _byNamespace.GetValueOrDefault(@namespace, []);

    private MeshObject? Wide(string @namespace) => In(@namespace).FirstOrDefault(IsWide);

    private static bool IsWide(MeshObject sidecar) => sidecar.SpecAs<Sidecar>().WorkloadSelector is null or { Labels.Count: 0 };

    private static bool Selects(MeshObject sidecar, ImmutableSortedDictionary<string, string> labels) =>
        Labels.Match(sidecar.SpecAs<Sidecar>().WorkloadSelector!.Labels, labels);
}
