using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;

namespace Mesh.Translation.Indexing;

/// <summary>All VirtualServices: those of sidecars by host, those of gateways by gateway; each list oldest first. Immutable.</summary>
internal sealed class VirtualServiceTable
{
    public static readonly VirtualServiceTable Empty = new([]);

    private readonly FrozenDictionary<string, ImmutableArray<VirtualServiceModel>> _byGateway;

    public VirtualServiceTable(IEnumerable<MeshObject> objects)
    {
        var ordered = objects.Order(Age.OldestFirst).ToList();
        var delegates = ordered.Where(IsDelegate).ToDictionary(o => (o.Key.Namespace, o.Key.Name), o => new VirtualServiceModel(o, null));
        var delegation = new Delegation(delegates);
        var all = ordered.Where(o => !IsDelegate(o)).Select(o => new VirtualServiceModel(o, delegation)).ToImmutableArray();
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

    /// <summary>Those bound to <c>namespace/name</c>.</summary>
    public ImmutableArray<VirtualServiceModel> BoundTo(string gateway) =>
        _byGateway.TryGetValue(gateway, out var bound) ? bound : [];

    /// <summary>One without hosts is only there to be delegated to.</summary>
    private static bool IsDelegate(MeshObject source) => source.SpecAs<VirtualService>().Hosts.IsDefaultOrEmpty;
}
