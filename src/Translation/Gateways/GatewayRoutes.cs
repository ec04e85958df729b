using Envoy.Config.Route.V3;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;
using Mesh.Translation.Indexing;
using Mesh.Translation.Outbound;
using Mesh.Translation.Routing;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Gateways;

/// <summary>
/// Routes of one port of a gateway, or of one of its servers that ends TLS. A VirtualService bound to a gateway serves the hosts that both name; where several serve
/// one host, their rules follow one another, the oldest first, and
/// one rule for everything comes last, as Istio joins them.
/// </summary>
internal sealed class GatewayRoutes(TranslationScope scope, HashSet<string> clusters)
{
    public static string Name(GatewayPort port) => port.Bind.Length == 0 ? $"http.{port.Port}" : $"http.{port.Port}.{port.Bind}";

    /// <summary>Istio's: a certificate serves the hosts of its own server, however the client then calls the host.</summary>
    public static string Name(GatewayServer server) =>
        $"https.{server.Server.Port!.Number}.{server.Server.Port.Name}.{server.Source.Key.Name}.{server.Source.Key.Namespace}";

    public ProxyResource ForPort(GatewayPort port, IReadOnlyList<GatewayServer> servers) => Configuration(Name(port), port.Port, servers);

    public ProxyResource ForServer(GatewayServer server) => Configuration(Name(server), server.Server.Port!.Number, [server]);

    private ProxyResource Configuration(string name, int port, IReadOnlyList<GatewayServer> servers)
    {
        var rules = new SortedDictionary<string, List<(VirtualServiceModel Owner, string Gateway)>>(StringComparer.Ordinal);
        // Hosts whose requests without TLS are redirected, with rules or without.
        var redirected = new HashSet<string>(StringComparer.Ordinal);
        foreach (var gateway in servers.Select(s => s.Gateway).Distinct(StringComparer.Ordinal))
            foreach (var bound in scope.Index.VirtualServices.BoundTo(gateway))
                Bind(rules, redirected, bound, gateway, servers.Where(s => s.Gateway == gateway).ToList());
        foreach (var host in servers.Where(s => s.Redirects).SelectMany(s => s.Hosts))
            if (redirected.Add(host.Host)) rules.TryAdd(host.Host, []);
        var hosts = new VirtualHosts();
        foreach (var (host, owners) in rules) AddHost(hosts, host, port, owners, redirected.Contains(host));
        hosts.AddNowhere($"blackhole:{port}");
        var configuration = new RouteConfiguration { Name = name, ValidateClusters = false, MaxDirectResponseBodySizeBytes = Redirects.MaxBody, IgnorePortInHostMatching = true };
        configuration.VirtualHosts.AddRange(hosts.All);
        return Packing.Resource(configuration.Name, configuration);
    }

    private void Bind(
        SortedDictionary<string, List<(VirtualServiceModel Owner, string Gateway)>> rules, HashSet<string> redirected, VirtualServiceModel owner, string gateway,
        IReadOnlyList<GatewayServer> servers)
    {
        if (!owner.IsVisibleTo(scope.Proxy.Namespace)) return;
        scope.DependsOn(owner.Source.Key);
        var hosts = servers.SelectMany(s => Hosts(s, owner)).Distinct(StringComparer.Ordinal).ToList();
        if (hosts.Count == 0 && !IsServedElsewhere(owner, gateway))
            scope.Report(owner.Source.Key, "spec.hosts", $"Gateway {gateway} admits none of these hosts from namespace {owner.Namespace}.");
        redirected.UnionWith(servers.Where(s => s.Redirects).SelectMany(s => Hosts(s, owner)));
        foreach (var host in hosts)
        {
            if (!rules.TryGetValue(host, out var owners)) rules[host] = owners = [];
            if (owners.All(o => o.Owner != owner)) owners.Add((owner, gateway));
        }
    }

    private static IEnumerable<string> Hosts(GatewayServer server, VirtualServiceModel owner) => server.Hosts
        .Where(h => h.Namespace == "*" || h.Namespace == owner.Namespace)
        .SelectMany(h => owner.Hosts.Select(own => HostName.Intersect(own, h.Host))).OfType<string>();

    // Each server that ends TLS has routes of its own: another of the same Gateway may admit the hosts.
    private bool IsServedElsewhere(VirtualServiceModel owner, string gateway)
    {
        var source = scope.Index.Gateways.First(g => $"{g.Key.Namespace}/{g.Key.Name}" == gateway);
        return source.SpecAs<Gateway>().Servers.Select((s, i) => new GatewayServer(source, i, s)).Any(s => Hosts(s, owner).Any());
    }

    private void AddHost(VirtualHosts hosts, string host, int port, List<(VirtualServiceModel Owner, string Gateway)> owners, bool redirects)
    {
        var routes = new List<Route>();
        Route? last = null;
        owners.Sort((a, b) => Age.OldestFirst.Compare(a.Owner.Source, b.Owner.Source));
        foreach (var (owner, gateway) in owners)
        {
            var context = new RouteContext(scope, [gateway], port) { Clusters = clusters };
            foreach (var route in HttpRuleTranslator.Translate(context, owner))
            {
                if (!MatchTranslator.IsCatchAll(route.Match)) routes.Add(route);
                else if (last is null) last = route;
                else scope.Report(owner.Source.Key, "spec.http", $"For host '{host}' an older VirtualService has a rule for every other request already.");
            }
        }
        // A rule for everything comes after all others of the host, whichever object it is in (Istio).
        if (last is not null) routes.Add(last);
        string[] domains = host == "*" ? ["*"] : [host, OutboundRoutes.HostPort(host, port)];
        hosts.TryAdd(OutboundRoutes.HostPort(host, port), domains, routes, redirects);
    }
}
