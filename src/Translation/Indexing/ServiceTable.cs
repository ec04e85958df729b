using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Core.Resources;
using Mesh.Translation.Hosts;
using ServiceEntry = Mesh.Core.Resources.Networking.ServiceEntry;

namespace Mesh.Translation.Indexing;

/// <summary>All services, by host name and by the labels they select. Immutable.</summary>
internal sealed class ServiceTable
{
    public static readonly ServiceTable Empty = new([], [], null);

    private readonly FrozenDictionary<ServiceName, ServiceModel> _byName;

    /// <summary>Services under one pair of their selector, so that a workload finds its services by its own few labels.</summary>
    private readonly FrozenDictionary<(string Namespace, string Label, string Value), ImmutableArray<ServiceModel>> _bySelector;

    private readonly Lazy<ILookup<string, ServiceModel>> _byHost;

    public ServiceTable(IReadOnlyList<MeshObject> services, IReadOnlyList<MeshObject> entries, ServiceTable? previous)
    {
        // Of several entries of a namespace for one host the oldest has it.
        All =
        [
            .. services.Select(o => previous?.Unchanged(o, o.Key.Name) ?? new ServiceModel(o))
                .Concat(entries.Order(Age.OldestFirst).SelectMany(Hosts, (o, host) => previous?.Unchanged(o, host) ?? new ServiceModel(o, host)))
                .DistinctBy(s => s.Name).OrderBy(s => s.Name),
        ];
        _byName = All.ToFrozenDictionary(s => s.Name);
        _byHost = new Lazy<ILookup<string, ServiceModel>>(() => All.ToLookup(s => s.Host, StringComparer.Ordinal));
        _bySelector = All.Where(s => s.Selector.Count > 0)
            .GroupBy(s => (s.Name.Namespace, s.Selector.First().Key, s.Selector.First().Value))
            .ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray());
    }

    /// <summary>By namespace and name.</summary>
    public ImmutableArray<ServiceModel> All { get; }

    public ServiceModel? Find(ServiceName name) => _byName.GetValueOrDefault(name);

    /// <summary>
    /// One service for each host, as callers of a namespace see it: of several, a Service before an entry, then that of the callers' own
    /// namespace, then the oldest.
    /// </summary>
    public IEnumerable<ServiceModel> VisibleTo(string clientNamespace, Func<ServiceModel, bool> isImported) =>
        All.Where(s => s.IsVisibleTo(clientNamespace) && isImported(s))
        .GroupBy(s => s.Host, StringComparer.Ordinal)
        .Select(g => g.OrderBy(s => s.Entry is not null).ThenBy(s => s.Name.Namespace != clientNamespace).ThenBy(s => s.Source, Age.OldestFirst).First());

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

    private static IEnumerable<string> Hosts(MeshObject entry) => 
        entry.SpecAs<ServiceEntry>().Hosts.Select(h => HostName.Resolve(h, entry.Key.Namespace));

    /// <summary>Whoever has the host, seen or not.</summary>
    public IEnumerable<ServiceModel> At(string host) => _byHost.Value[host];

    private ServiceModel? Unchanged(MeshObject source, string name) =>
        _byName.TryGetValue(new ServiceName(source.Key.Namespace, name), out var model) && ReferenceEquals(model.Source, source) ? model : null;
}
