using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;

namespace Mesh.Analysis.Analyzers;

/// <summary>Gateways for the same proxies must not share a host on one port.</summary>
internal sealed class ConflictingGatewayAnalyzer : IAnalyzer
{
    public string Name => "gateway.ConflictingGatewayAnalyzer";

    public string Description => "No two Gateways configure one port and host of the same proxies";

    public ImmutableArray<MessageType> Finds => [IstioMessages.ConflictingGateways];

    public void Analyze(AnalysisContext context)
    {
        var servers = context.Index.Of<Gateway>().SelectMany(Servers).ToList();
        foreach (var port in servers.GroupBy(s => (s.Server.Port!.Number, s.Server.Bind)).Where(g => g.Skip(1).Any()))
        {
            // Those with the same first host label can meet; wildcards may meet any.
            var all = port.ToList();
            var byHost = all.SelectMany(s => s.Hosts.Select(h => (h.Host, s))).ToLookup(p => p.Host, p => p.s, StringComparer.Ordinal);
            foreach (var one in all)
            {
                var rivals = one.Hosts.SelectMany(h => HostName.Patterns(h.Host).SelectMany(pattern => byHost[pattern]))
                    .Where(other => other.Source.Key != one.Source.Key && SelectorsOverlap.SubsetEither(one.Selector, other.Selector) && SameHost(one, other))
                    .Concat(byWildcard(one, all)).Select(o => $"{o.Source.Key.Namespace}/{o.Source.Key.Name}").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
                if (rivals.Count > 0)
                    context.Report(
                        IstioMessages.ConflictingGateways, one.Source, $"spec.servers[{one.Index}]",
                        $"Gateway {Listed.Of(rivals)} configures port {one.Server.Port!.Number} of the same proxies ({Selectors.Text(one.Selector)}) for the hosts {string.Join(", ", one.Server.Hosts)} too");
            }
        }

        // The narrower hosts under a wildcard of this server; only wildcards look at all.
        static IEnumerable<Served> byWildcard(Served one, List<Served> all) => one.Hosts.Any(h => HostName.IsWildcard(h.Host))
            ? all.Where(other => other.Source.Key != one.Source.Key && SelectorsOverlap.SubsetEither(one.Selector, other.Selector) && SameHost(one, other))
            : [];
    }

    private static IEnumerable<Served> Servers(MeshObject source)
    {
        var spec = source.SpecAs<Gateway>();
        for (var i = 0; i < spec.Servers.Length; i++)
            if (spec.Servers[i].Port is not null)
                yield return new Served(source, i, spec.Servers[i], spec.Selector, [.. spec.Servers[i].Hosts.Select(h => GatewayHosts.Parse(h, source.Key.Namespace))]);
    }

    private static bool SameHost(Served one, Served other) => one.Hosts.Any(a => other.Hosts.Any(b =>
        (a.Namespace == "*" || b.Namespace == "*" || a.Namespace == b.Namespace) && HostName.Intersect(a.Host, b.Host) is not null));

    private sealed record Served(MeshObject Source, int Index, Server Server, ImmutableSortedDictionary<string, string> Selector, ImmutableArray<GatewayHost> Hosts);
}
