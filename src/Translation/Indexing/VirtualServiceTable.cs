using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;

namespace Mesh.Translation.Indexing;

/// <summary>All VirtualServices: those of sidecars by host, those of gateways by gateway; each list oldest first. Immutable.</summary>
internal sealed class VirtualServiceTable
{
    public static readonly VirtualServiceTable Empty = new([], null, _ => false);

    private readonly FrozenDictionary<string, ImmutableArray<VirtualServiceModel>> _byGateway;

    private readonly FrozenDictionary<ObjectKey, VirtualServiceModel> _byKey;

    /// <param name="objects">All of them.</param>
    /// <param name="previous">The table before; null: none.</param>
    /// <param name="isWhole">Whether everything that the object's rules lead to is there.</param>
    /// <param name="former">What a table of an earlier process gave as <see cref="Former"/>, where there is no previous one.</param>
    public VirtualServiceTable(
        IEnumerable<MeshObject> objects, VirtualServiceTable? previous, Func<VirtualServiceModel, bool> isWhole,
        IReadOnlyDictionary<ObjectKey, ImmutableArray<MeshObject>>? former = null)
    {
        var ordered = objects.Order(Age.OldestFirst).ToList();
        var delegates = ordered.Where(IsDelegate).ToDictionary(o => (o.Key.Namespace, o.Key.Name), o => new VirtualServiceModel(o, null));
        var delegation = new Delegation(delegates);
        var all = ordered.Where(o => !IsDelegate(o)).Select(o => new VirtualServiceModel(o, delegation)).ToImmutableArray();
        foreach (var model in all)
            if (former?.TryGetValue(model.Source.Key, out var earlier) == true) model.Remember(earlier);
            else model.Follow(previous?._byKey.GetValueOrDefault(model.Source.Key), isWhole);
        _byKey = all.ToFrozenDictionary(v => v.Source.Key);
        ForSidecars = [.. all.Where(v => v.Gateways.Contains(VirtualServiceModel.Mesh))];
        SidecarHosts = new HostTable<VirtualServiceModel>(
            ForSidecars.SelectMany(v => v.Hosts.Distinct(StringComparer.Ordinal).Select(host => (host, v))));
        SourceLabels = [.. ForSidecars.SelectMany(v => v.Rules).SelectMany(r => r.Route.Match).SelectMany(m => m.SourceLabels.Keys)];
        _byGateway = all.SelectMany(v => v.Gateways.Distinct(StringComparer.Ordinal).Select(gateway => (gateway, v)))
            .GroupBy(p => p.gateway, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.Select(p => p.v).ToImmutableArray(), StringComparer.Ordinal);
    }

    public ImmutableArray<VirtualServiceModel> ForSidecars { get; }

    /// <summary>The labels of callers that any rule asks for.</summary>
    public ImmutableSortedSet<string> SourceLabels { get; }

    public HostTable<VirtualServiceModel> SidecarHosts { get; }

    /// <summary>What rules that wait fall back to: for each object that has a past, what that was made of.</summary>
    public ImmutableSortedDictionary<ObjectKey, ImmutableArray<MeshObject>> Former() =>
        _byKey.Values.Where(v => v.Earlier is not null).ToImmutableSortedDictionary(v => v.Source.Key, v => v.EarlierSources());

    /// <summary>Those bound to <c>namespace/name</c>.</summary>
    public ImmutableArray<VirtualServiceModel> BoundTo(string gateway) =>
        _byGateway.TryGetValue(gateway, out var bound) ? bound : [];

    /// <summary>One without hosts is only there to be delegated to.</summary>
    private static bool IsDelegate(MeshObject source) => source.SpecAs<VirtualService>().Hosts.IsDefaultOrEmpty;
}
