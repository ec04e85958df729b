using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Mesh;
using Mesh.Core.Resources.Networking;

namespace Mesh.Analysis.Analyzers;

/// <summary>TCP ports of ServiceEntries need addresses to be told apart.</summary>
internal sealed class ServiceEntryAddressAnalyzer : IAnalyzer
{
    public string Name => "serviceentry.Analyzer";

    public string Description => "ServiceEntries with TCP ports have addresses";

    public ImmutableArray<MessageType> Finds => [IstioMessages.ServiceEntryAddressesRequired];

    public void Analyze(AnalysisContext context)
    {
        if (context.Index.Of<MeshConfig>().Any(o => AreAllocated(o.SpecAs<MeshConfig>()))) return;
        foreach (var source in context.Index.Of<ServiceEntry>())
        {
            var spec = source.SpecAs<ServiceEntry>();
            if (!spec.Addresses.IsEmpty) continue;
            for (var i = 0; i < spec.Ports.Length; i++)
                if (spec.Ports[i].Protocol.Length == 0 || string.Equals(spec.Ports[i].Protocol, "TCP", StringComparison.OrdinalIgnoreCase))
                    context.Report(
                        IstioMessages.ServiceEntryAddressesRequired, source, $"spec.ports[{i}]",
                        $"port {spec.Ports[i].Number} is {(spec.Ports[i].Protocol.Length == 0 ? "of no protocol" : "TCP")}, and the object has no addresses");
        }
    }

    /// <summary>Istio's settings by which proxies capture DNS and give out addresses of their own.</summary>
    private static bool AreAllocated(MeshConfig config)
    {
        var metadata = config.DefaultConfig?.ProxyMetadata ?? ImmutableSortedDictionary<string, string>.Empty;
        return metadata.GetValueOrDefault("ISTIO_META_DNS_CAPTURE") == "true" &&
            (metadata.GetValueOrDefault("ISTIO_META_DNS_AUTO_ALLOCATE") == "true" || metadata.GetValueOrDefault("PILOT_ENABLE_IP_AUTOALLOCATE") == "true");
    }
}

/// <summary>ServiceEntries for one host must agree about the protocol of a port.</summary>
internal sealed class ServiceEntryConflictAnalyzer : IAnalyzer
{
    public string Name => "serviceentry.ConflictingServiceEntryProtocolAnalyzer";

    public string Description => "ServiceEntries agree about the protocols of a host's ports";

    public ImmutableArray<MessageType> Finds => [IstioMessages.ConflictingServiceEntryProtocol];

    public void Analyze(AnalysisContext context)
    {
        var ports = context.Index.Of<ServiceEntry>()
            .SelectMany(o => o.SpecAs<ServiceEntry>().Hosts.Distinct(StringComparer.Ordinal).SelectMany(h => o.SpecAs<ServiceEntry>().Ports.Select((p, i) => new Declared(h, p.Number, p.Protocol.ToUpperInvariant(), o, i))))
            .GroupBy(d => (d.Host, d.Number)).Where(g => g.Select(d => d.Protocol).Distinct().Count() > 1);
        foreach (var group in ports)
        {
            var all = group.ToList();
            var scopes = all.SelectMany(d => Scopes(d.Source).Select(s => (s, d))).ToLookup(p => p.s, p => p.d, StringComparer.Ordinal);
            foreach (var one in all)
            {
                var mine = Scopes(one.Source).ToList();
                var rivals = (mine.Contains("*") ? all.AsEnumerable() : mine.SelectMany(s => scopes[s]).Concat(scopes["*"])).Where(d => d.Protocol != one.Protocol)
                    .Select(d => $"{d.Source.Key.Namespace}/{d.Source.Key.Name} ({d.Protocol})").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
                if (rivals.Count > 0)
                    context.Report(
                        IstioMessages.ConflictingServiceEntryProtocol, one.Source, $"spec.ports[{one.Index}].protocol",
                        $"port {one.Number} of {one.Host} is {one.Protocol} here and otherwise in {Listed.Of(rivals)}");
            }
        }
    }

    private static IEnumerable<string> Scopes(MeshObject source)
    {
        var exportTo = source.SpecAs<ServiceEntry>().ExportTo;
        return exportTo.IsDefaultOrEmpty || exportTo.Contains("*") ? ["*"] : exportTo.Select(e => e == "." ? source.Key.Namespace : e).Distinct(StringComparer.Ordinal);
    }

    private sealed record Declared(string Host, int Number, string Protocol, MeshObject Source, int Index);
}
