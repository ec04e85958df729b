using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Clusters;
using Mesh.Translation.Indexing;
using Mesh.Translation.Listeners;

namespace Mesh.Translation.Routing;

/// <summary>
/// Turns the TCP and TLS rules of a VirtualService into filter chains, the first rule that can hold for each distinct match. Where a connection
/// goes is decided when it comes: by the address it is for, and by the server name that the client asks for.
/// </summary>
internal static class StreamRoutes
{
    /// <summary>What a wildcard of everything is in a chain: no condition.</summary>
    private const string Anything = "*";

    /// <summary>Rules for connections that are not looked into; without one that takes all, the rest goes to <paramref name="fallback"/>.</summary>
    public static List<FilterChain> Tcp(RouteContext context, VirtualServiceModel? owner, string? fallback)
    {
        var chains = new Chains();
        if (owner is not null) Use(context, owner);
        for (var i = 0; i < (owner?.Spec.Tcp.Length ?? 0); i++)
        {
            var rule = owner!.Spec.Tcp[i];
            foreach (var subnets in rule.Match.IsDefaultOrEmpty ? [[]] : rule.Match.Where(m => Applies(context, owner, m)).Select(m => m.DestinationSubnets))
                chains.TryAdd(new FilterChainMatch(), subnets, () => Proxy(
                    context, owner, rule.Route, $"spec.tcp[{i}]", () => WaitingRules.EarlierTcp(owner.Earlier, subnets, (o, m) => Applies(context, o, m)), fallback));
            if (chains.TakesAll) return chains.All;
        }
        if (fallback is not null) chains.TryAdd(new FilterChainMatch(), [], () => To(context, fallback));
        return chains.All;
    }

    /// <summary>
    /// Rules for TLS that is passed on as it is. Without one the port is as any other TCP port; with one, a connection that none takes is
    /// refused.
    /// </summary>
    public static List<FilterChain> Tls(RouteContext context, VirtualServiceModel? owner, string? fallback, Func<string, bool>? admits = null)
    {
        var chains = new Chains();
        if (owner is not null) Use(context, owner);
        for (var i = 0; i < (owner?.Spec.Tls.Length ?? 0); i++)
        {
            var rule = owner!.Spec.Tls[i];
            foreach (var match in rule.Match.Where(m => Applies(context, owner, m)))
            {
                var names = match.SniHosts.Select(h => h.ToLowerInvariant()).Where(h => admits?.Invoke(h) != false).ToList();
                if (names.Count == 0) continue;
                var condition = new FilterChainMatch { TransportProtocol = "tls" };
                if (!names.Contains(Anything)) condition.ServerNames.AddRange(names);
                chains.TryAdd(condition, match.DestinationSubnets, () => Proxy(
                    context, owner, rule.Route, $"spec.tls[{i}]", () => WaitingRules.EarlierTls(owner.Earlier, match, (o, m) => Applies(context, o, m)), fallback));
            }
        }
        if (chains.All.Count == 0 && fallback is not null) chains.TryAdd(new FilterChainMatch(), [], () => To(context, fallback));
        return chains.All;
    }

    private static void Use(RouteContext context, VirtualServiceModel owner)
    {
        context.Scope.DependsOn(owner.Source.Key);
        context.Scope.Report(owner.Problems);
    }

    private static bool Applies(RouteContext context, VirtualServiceModel owner, L4MatchAttributes match) =>
        Applies(context, owner, match.Port, match.SourceNamespace, match.SourceLabels, match.Gateways);

    private static bool Applies(RouteContext context, VirtualServiceModel owner, TlsMatchAttributes match) =>
        Applies(context, owner, match.Port, match.SourceNamespace, match.SourceLabels, match.Gateways);

    private static bool Applies(
        RouteContext context, VirtualServiceModel owner, int port, string sourceNamespace, ImmutableSortedDictionary<string, string> sourceLabels,
        ImmutableArray<string> gateways)
    {
        if (port != 0 && port != context.Port) return false;
        if (!gateways.IsDefaultOrEmpty && !gateways.Any(g => context.Gateways.Contains(VirtualServiceModel.ResolveGateway(g, owner.Namespace)))) return false;
        // Who calls is only known beside the caller.
        if (context.Scope.Proxy.Role == ProxyRole.Gateway) return true;
        if (sourceNamespace.Length > 0 && sourceNamespace != context.Scope.Proxy.Namespace) return false;
        return Labels.Match(sourceLabels, context.Scope.Proxy.Labels);
    }

    private static Filter Proxy(
        RouteContext context, VirtualServiceModel owner, ImmutableArray<RouteDestination> route, string path,
        Func<(ImmutableArray<RouteDestination> Route, string Path)?> earlier, string? itself)
    {
        if (Forward(context, owner, route, path, out var isWaiting) is { } filter) return filter;
        // Nowhere to go: as before, or to the service itself while the rule waits, never on to a later rule, which was not meant for these connections.
        if (!isWaiting) return TcpProxies.To(ClusterNames.BlackHole);
        if (earlier() is var (former, where) && Forward(context with { IsQuiet = true }, owner.Earlier!, former, where, out _) is { } before) return before;
        return itself is null ? TcpProxies.To(ClusterNames.BlackHole) : To(context, itself);
    }

    private static Filter? Forward(RouteContext context, VirtualServiceModel owner, ImmutableArray<RouteDestination> route, string path, out bool isWaiting)
    {
        var targets = new List<(string Cluster, uint Weight)>();
        isWaiting = false;
        for (var k = 0; k < route.Length; k++)
        {
            var weight = route.Length == 1 ? 1 : route[k].Weight;
            var cluster = DestinationResolver.Resolve(context, owner, route[k].Destination, $"{path}.route[{k}].destination");
            isWaiting |= cluster is null;
            if (cluster is not null && weight > 0)
                targets.Add((cluster, (uint)weight));
        }
        if (targets.Count == 0) return null;
        var settings = targets.Select(t => context.Scope.Outbound.Policy(t.Cluster).ConnectionPool?.Tcp).FirstOrDefault(s => s is not null);
        return targets.Count == 1 ? TcpProxies.To(targets[0].Cluster, settings) : TcpProxies.To($"{owner.Source.Key.Namespace}/{owner.Source.Key.Name}", targets, settings);
    }

    private static Filter To(RouteContext context, string cluster)
    {
        context.Clusters.Add(cluster);
        return TcpProxies.To(cluster, context.Scope.Outbound.Policy(cluster).ConnectionPool?.Tcp);
    }

    /// <summary>Chains of one listener: no two with one match, which proxies refuse; the first is in force.</summary>
    private sealed class Chains
    {
        private readonly HashSet<FilterChainMatch> _matches = [];

        public List<FilterChain> All { get; } = [];

        public bool TakesAll => _matches.Contains(new FilterChainMatch());

        public void TryAdd(FilterChainMatch match, ImmutableArray<string> subnets, Func<Filter> filter)
        {
            match.PrefixRanges.AddRange(subnets.Select(Range).OfType<CidrRange>());
            if (!subnets.IsEmpty && match.PrefixRanges.Count == 0) return;
            if (!_matches.Add(match)) return;
            var chain = new FilterChain { Filters = { filter() } };
            if (!match.Equals(new FilterChainMatch())) chain.FilterChainMatch = match;
            All.Add(chain);
        }

        private static CidrRange? Range(string text)
        {
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            if (!System.Net.IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address)) return null;
            var bits = address.GetAddressBytes().Length * 8;
            if (slash >= 0 && !int.TryParse(text[(slash + 1)..], out bits)) return null;
            return new CidrRange { AddressPrefix = address.ToString(), PrefixLen = (uint)bits };
        }
    }
}
