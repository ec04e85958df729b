using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Core.Resources;

namespace Mesh.Translation.Indexing;

/// <summary>All services, by host name and by the labels they select. Immutable.</summary>
internal sealed class ServiceTable
{
    public static readonly ServiceTable Empty = new([], null);

    private readonly FrozenDictionary<string, ServiceModel> _byHost;

    /// <summary>Services under one pair of their selector, so that a workload finds its services by its own few labels.</summary>
    private readonly FrozenDictionary<(string Namespace, string Label, string Value), ImmutableArray<ServiceModel>> _bySelector;

    public ServiceTable(IReadOnlyList<MeshObject> objects, ServiceTable? previous)
    {
        All = [.. objects.Select(o => previous?.Unchanged(o) ?? new ServiceModel(o)).OrderBy(s => s.Name)];
        _byHost = All.ToFrozenDictionary(s => s.Host, StringComparer.Ordinal);
        _bySelector = All.Where(s => s.Selector.Count > 0)
            .GroupBy(s => (s.Name.Namespace, s.Selector.First().Key, s.Selector.First().Value))
            .ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray());
    }

    /// <summary>By namespace and name.</summary>
    public ImmutableArray<ServiceModel> All { get; }

    public ServiceModel? Find(string host) => _byHost.GetValueOrDefault(host);

    /// <summary>The services of a namespace that select a workload with these labels, by name.</summary>
    public IEnumerable<ServiceModel> Selecting(string @namespace, ImmutableSortedDictionary<string, string> labels)
    {
        var found = new List<ServiceModel>();
        foreach (var (label, value) in labels)
            if (_bySelector.TryGetValue((@namespace, label, value), out var candidates))
                found.AddRange(candidates.Where(s => Labels.Match(s.Selector, labels)));
        found.Sort((a, b) => a.Name.CompareTo(b.Name));
        return found;
    }

    private ServiceModel? Unchanged(MeshObject source) =>
        Find(new ServiceName(source.Key.Namespace, source.Key.Name).Host) is { } model && ReferenceEquals(model.Source, source) ? model : null;
}
