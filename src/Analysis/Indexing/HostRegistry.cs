using System.Collections.Immutable;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Kubernetes;
using Mesh.Core.Resources.Networking;
using Mesh.Translation;
using Mesh.Translation.Hosts;
using Mesh.Translation.Indexing;

namespace Mesh.Analysis.Indexing;

/// <summary>Every host that can be called, found by name as translation finds it. Immutable.</summary>
internal sealed class HostRegistry
{
    private const string ExportAnnotation = "networking.istio.io/exportTo";

    private readonly HostTable<KnownHost> _hosts;
    private readonly ImmutableSortedSet<string> _reversed;

    public HostRegistry(AnalysisIndex index)
    {
        All = [.. index.Of<Service>().Select(o => OfService(o, index.Mesh.Services)), .. index.Of<ServiceEntry>().SelectMany(OfEntry)];
        _hosts = new HostTable<KnownHost>(All.Select(h => (h.Host, h)));
        _reversed = All.Select(h => Reversed(h.Host)).ToImmutableSortedSet(StringComparer.Ordinal);
    }

    public ImmutableArray<KnownHost> All { get; }

    /// <summary>The host that callers in one of the namespaces reach by this name; null when there is none they see.</summary>
    public KnownHost? Find(string host, ImmutableArray<string> clients) =>
        _hosts.Find(host, h => h.IsVisibleToAny(clients)) is { Values: [var first, ..] } ? first : null;

    /// <summary>The host whoever may see it.</summary>
    public KnownHost? Find(string host) => _hosts.Find(host, _ => true) is { Values: [var first, ..] } ? first : null;

    /// <summary>Whether a wildcard stands for any known host.</summary>
    public bool AnyUnder(string wildcard)
    {
        if (wildcard == "*") return All.Length > 0;
        var prefix = Reversed(wildcard[1..]);
        var at = _reversed.IndexOf(prefix);
        if (at < 0) at = ~at;
        return at < _reversed.Count && _reversed[at].StartsWith(prefix, StringComparison.Ordinal);
    }

    /// <summary>The namespaces whose callers an object is for, as far as that is narrower than all: its own when it says nothing.</summary>
    public static ImmutableArray<string> Clients(ImmutableArray<string> exportTo, string own) =>
        exportTo.IsDefaultOrEmpty || exportTo.Contains("*") ? [own] : [.. exportTo.Select(e => e == "." ? own : e)];

    private static KnownHost OfService(MeshObject source, ServiceTable services)
    {
        var spec = source.SpecAs<Service>();
        var name = new ServiceName(source.Key.Namespace, source.Key.Name);
        return new KnownHost(
            name.Host, source.Key.Namespace, ExportTo(source),
            [.. spec.Ports.Select(p => new KnownPort(p.Port, p.Name, PortProtocols.Select(p.Protocol, p.AppProtocol, p.Name, p.Port)))], source, services.Find(name));
    }

    private static IEnumerable<KnownHost> OfEntry(MeshObject source)
    {
        var spec = source.SpecAs<ServiceEntry>();
        ImmutableArray<KnownPort> ports = [.. spec.Ports.Select(p => new KnownPort(p.Number, p.Name, PortProtocols.Select(null, p.Protocol, p.Name, p.Number)))];
        return spec.Hosts.Select(h => new KnownHost(h.ToLowerInvariant(), source.Key.Namespace, spec.ExportTo, ports, source, null));
    }

    private static ImmutableArray<string> ExportTo(MeshObject service) =>
        service.Metadata.Annotations.TryGetValue(ExportAnnotation, out var value) && value.Length > 0
            ? [.. value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]
            : [];

    private static string Reversed(string host) => string.Create(host.Length, host, static (span, text) =>
    {
        text.CopyTo(span);
        span.Reverse();
    });
}
