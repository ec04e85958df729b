using Envoy.Config.Route.V3;
using Mesh.Translation.Hosts;
using Mesh.Translation.Indexing;
using Mesh.Translation.Outbound;
using Mesh.Translation.Routing;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Gateways;

/// <summary>
/// Routes of one port of a gateway. A VirtualService bound to a gateway serves the hosts that both name; where several serve
/// one host, their rules follow one another, the oldest first, and
/// one rule for everything comes last, as Istio joins them.
/// </summary>
internal sealed class GatewayRoutes(TranslationScope scope, HashSet<string> clusters)
{
    public static string Name(int port) => $"http.{port}";

    public ProxyResource ForPort(int port, IReadOnlyList<GatewayServer> servers)
    {
        var rules = new SortedDictionary<string, List<(VirtualServiceModel Owner, string Gateway)>>(StringComparer.Ordinal);
        foreach (var gateway in servers.Select(s => s.Gateway).Distinct(StringComparer.Ordinal))
            foreach (var bound in scope.Index.VirtualServices.BoundTo(gateway))
                Bind(rules, bound, gateway, servers.Where(s => s.Gateway == gateway));
        var hosts = new VirtualHosts();
        foreach (var (host, owners) in rules) AddHost(hosts, host, port, owners);
        hosts.AddNowhere($"blackhole:{port}");
        var configuration = new RouteConfiguration { Name = Name(port), ValidateClusters = false, MaxDirectResponseBodySizeBytes = Redirects.MaxBody, IgnorePortInHostMatching = true };
        configuration.VirtualHosts.AddRange(hosts.All);
        return Packing.Resource(configuration.Name, configuration);
    }

    private void Bind(
        SortedDictionary<string, List<(VirtualServiceModel Owner, string Gateway)>> rules, VirtualServiceModel owner, string gateway,
        IEnumerable<GatewayServer> servers)
    {
        if (!owner.IsVisibleTo(scope.Proxy.Namespace)) return;
        scope.DependsOn(owner.Source.Key);
        var hosts = servers.SelectMany(s => s.Hosts)
            .Where(h => h.Namespace == "*" || h.Namespace == owner.Namespace)
            .SelectMany(h => owner.Hosts.Select(own => HostName.Intersect(own, h.Host)))
            .Where(h => h is not null).Distinct(StringComparer.Ordinal).ToList();
        if (hosts.Count == 0) scope.Report(owner.Source.Key, "spec.hosts", $"Gateway {gateway} admits none of these hosts from namespace {owner.Namespace}.");
        foreach (var host in hosts)
        {
            if (!rules.TryGetValue(host!, out var owners)) rules[host!] = owners = [];
            if (owners.All(o => o.Owner != owner)) owners.Add((owner, gateway));
        }
    }

    private void AddHost(VirtualHosts hosts, string host, int port, List<(VirtualServiceModel Owner, string Gateway)> owners)
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
        hosts.TryAdd(OutboundRoutes.HostPort(host, port), domains, routes);
    }
}
