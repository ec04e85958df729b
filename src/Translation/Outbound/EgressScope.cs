using System.Collections.Immutable;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Indexing;

namespace Mesh.Translation.Outbound;

/// <summary>
/// What a Sidecar object lets proxies of one namespace know: services, and the VirtualServices of its hosts. Without one, or where it has no
/// egress listeners, all that is visible (Istio). Immutable.
/// </summary>
internal sealed class EgressScope
{
    private readonly bool _isAll;

    public EgressScope(MeshObject? source, string client)
    {
        Source = source;
        Spec = source?.SpecAs<Sidecar>();
        Listeners = [.. (Spec?.Egress ?? []).Select((l, i) => new EgressListener(l, i, client))];
        _isAll = Listeners.IsEmpty;
    }

    /// <summary>Null: there is no such object.</summary>
    public MeshObject? Source { get; }

    public Sidecar? Spec { get; }

    public ImmutableArray<EgressListener> Listeners { get; }

    /// <summary>Whether anything visible may be missing.</summary>
    public bool IsNarrow => !_isAll;

    public IEnumerable<EgressListener> Bound => Listeners.Where(l => l.IsBound);

    public bool Imports(ServiceModel service) => _isAll || Listeners.Any(l => !l.PortsOf(service).IsEmpty);

    public bool Imports(VirtualServiceModel routes) => _isAll || Listeners.Any(l => l.Imports(routes));

    /// <summary>Imported by a listener that the application has no address of, so by Host and by alias.</summary>
    public bool ImportsByHost(VirtualServiceModel routes) => _isAll || Listeners.Any(l => !l.IsBound && l.Imports(routes));

    /// <summary>All ports imported, whichever the listener.</summary>
    public ImmutableArray<ServicePortModel> PortsOf(ServiceModel service) => Union(service, _ => true);

    /// <summary>Those that are reached by Host and by alias.</summary>
    public ImmutableArray<ServicePortModel> PortsByHost(ServiceModel service) => Union(service, l => !l.IsBound);

    private ImmutableArray<ServicePortModel> Union(ServiceModel service, Func<EgressListener, bool> which)
    {
        if (_isAll) return service.Ports;
        var wanted = Listeners.Where(which).SelectMany(l => l.PortsOf(service)).ToHashSet();
        return wanted.Count == service.Ports.Length ? service.Ports : [.. service.Ports.Where(wanted.Contains)];
    }
}
