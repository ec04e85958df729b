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
            // Of thousands of Gateways most say the same of hosts and proxies: only those that differ are compared, and of those only such as share a label.
            var kinds = port.GroupBy(s => s.Kind, StringComparer.Ordinal).Select((g, i) => new Alike([.. g], i)).ToList();
            var index = new Rivals(kinds);
            var conflicts = kinds.Select(k => new HashSet<Alike> { k }).ToList();
            foreach (var one in kinds)
                foreach (var other in index.Of(one).Where(other => Meets(one.First, other.First)))
                {
                    conflicts[one.Number].Add(other);
                    conflicts[other.Number].Add(one);
                }
            foreach (var kind in kinds) Report(context, kind, [.. conflicts[kind.Number].SelectMany(k => k.Names).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
        }
    }

    private static bool Meets(Served one, Served other) => one != other && SelectorsOverlap.SubsetEither(one.Selector, other.Selector) && SameHost(one, other);

    private static void Report(AnalysisContext context, Alike kind, List<string> names)
    {
        foreach (var one in kind.Servers)
            if (Listed.Of(names, one.Name) is { Length: > 0 } rivals)
                context.Report(
                    IstioMessages.ConflictingGateways, one.Source, $"spec.servers[{one.Index}]",
                    $"Gateway {rivals} configures port {one.Server.Port!.Number} of the same proxies ({Selectors.Text(one.Selector)}) for the hosts {string.Join(", ", one.Server.Hosts)} too");
    }

    private static IEnumerable<Served> Servers(MeshObject source)
    {
        var spec = source.SpecAs<Gateway>();
        for (var i = 0; i < spec.Servers.Length; i++)
            if (spec.Servers[i] is { Port: not null, Hosts.IsDefaultOrEmpty: false })
                yield return new Served(source, i, spec.Servers[i], spec.Selector, [.. spec.Servers[i].Hosts.Select(h => GatewayHosts.Parse(h, source.Key.Namespace))]);
    }

    private static bool SameHost(Served one, Served other) => one.Hosts.Any(a => other.Hosts.Any(b =>
        (a.Namespace == "*" || b.Namespace == "*" || a.Namespace == b.Namespace) && HostName.Intersect(a.Host, b.Host) is not null));

    private sealed record Served(MeshObject Source, int Index, Server Server, ImmutableSortedDictionary<string, string> Selector, ImmutableArray<GatewayHost> Hosts)
    {
        public string Name { get; } = $"{Source.Key.Namespace}/{Source.Key.Name}";

        /// <summary>The same for servers that meet the same others.</summary>
        public string Kind { get; } = $"{Selectors.Text(Selector)} {string.Join(' ', Hosts.Select(h => $"{h.Namespace}/{h.Host}"))}";
    }

    /// <summary>Servers of one port with the same proxies and hosts: each is in conflict with all others of them.</summary>
    private sealed class Alike(ImmutableArray<Served> servers, int number)
    {
        public ImmutableArray<Served> Servers => servers;
        public Served First => servers[0];
        public int Number => number;
        public IEnumerable<string> Names => servers.Select(s => s.Name);
    }

    /// <summary>By hosts that cover another's, and labels of selectors: without a label in common only a selector of all proxies meets another.</summary>
    private sealed class Rivals(List<Alike> all)
    {
        private readonly ILookup<string, Alike> _byHost = (from k in all from h in k.First.Hosts select (h.Host, k)).ToLookup(p => p.Host, p => p.k, StringComparer.Ordinal);

        private readonly ILookup<(string Host, string Label, string Value), Alike> _byLabel =
            (from k in all from h in k.First.Hosts from label in Labelled(k.First.Selector) select (h.Host, label, k)).ToLookup(p => (p.Host, p.label.Name, p.label.Value), p => p.k);

        public IEnumerable<Alike> Of(Alike one) => one.First.Hosts.SelectMany(h => HostName.AllPatterns(h.Host)).SelectMany(
            pattern => one.First.Selector.IsEmpty ? _byHost[pattern] : Labelled(one.First.Selector).Append((Name: "", Value: "")).SelectMany(l => _byLabel[(pattern, l.Name, l.Value)]));

        private static IEnumerable<(string Name, string Value)> Labelled(ImmutableSortedDictionary<string, string> selector) =>
            selector.IsEmpty ? [("", "")] : selector.Select(l => (l.Key, l.Value));
    }
}
