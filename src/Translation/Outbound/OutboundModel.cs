using System.Collections.Concurrent;
using System.Collections.Immutable;
using Mesh.Core.Resources;
using Mesh.Translation.Clusters;
using Mesh.Translation.Endpoints;
using Mesh.Translation.Indexing;

namespace Mesh.Translation.Outbound;

/// <summary>
/// Every service as callers of one namespace see it: shared by all proxies of that namespace on the node, which is what makes
/// 250 proxies cost little more than one. Immutable.
/// </summary>
internal sealed class OutboundModel
{
    private readonly ImmutableDictionary<string, OutboundService> _byHost;

    private OutboundModel(
        EgressScope scope, ImmutableDictionary<string, OutboundService> byHost, ImmutableArray<ImportedService> services,
        ImmutableArray<VirtualServiceModel> routes,
        ImmutableSortedDictionary<string, ProxyResource> clusters, ImmutableSortedDictionary<string, ProxyResource> endpoints,
        ImmutableSortedSet<ObjectKey> dependencies, ImmutableArray<TranslationProblem> problems,
        ConcurrentDictionary<string, SharedPart> shared)
    {
        HttpProxyRoutes = shared;
        Scope = scope;
        VirtualServices = routes;
        _byHost = byHost;
        Services = services;
        Clusters = clusters;
        Endpoints = endpoints;
        Dependencies = dependencies;
        Problems = problems;
    }

    /// <summary>Some cluster needs to know the caller's peers.</summary>
    public bool MindsZones { get; private init; }

    /// <summary>What of the mesh these callers know.</summary>
    public EgressScope Scope { get; }

    /// <summary>Those reached by Host and by alias, in no particular but a fixed order; destinations of rules alone are not among them.</summary>
    public ImmutableArray<ImportedService> Services { get; }

    /// <summary>All that its callers may have clusters of, destinations of rules among them.</summary>
    public IEnumerable<OutboundService> All => _byHost.Values;

    /// <summary>Those of sidecars that are visible and imported, oldest first.</summary>
    public ImmutableArray<VirtualServiceModel> VirtualServices { get; }

    public ImmutableSortedDictionary<string, ProxyResource> Clusters { get; }
    public ImmutableSortedDictionary<string, ProxyResource> Endpoints { get; }

    /// <summary>The services, the rules in force for them, and what else every caller depends on.</summary>
    public ImmutableSortedSet<ObjectKey> Dependencies { get; }

    public ImmutableArray<TranslationProblem> Problems { get; }

    /// <summary>
    /// Routes by Host, the largest resource, by those labels of the caller that any rule asks for: mostly one for all callers.
    /// Filled lazily with values that do not depend on who fills it; kept while only endpoints change.
    /// </summary>
    public ConcurrentDictionary<string, SharedPart> HttpProxyRoutes { get; }

    public static OutboundModel Build(
        MeshIndex index, EgressScope scope, string clientNamespace, string trustDomain, Caller caller, string chosen, OutboundModel? previous)
    {
        var byHost = ImmutableDictionary.CreateBuilder<string, OutboundService>(StringComparer.Ordinal);
        var dependencies = ImmutableSortedSet.CreateBuilder<ObjectKey>();
        var problems = ImmutableArray.CreateBuilder<TranslationProblem>();
        dependencies.UnionWith(index.PeerAuthentications.Disabling);
        if (index.Settings.Source is { } settings) dependencies.Add(settings);
        if (scope.Source is { } sidecar) dependencies.Add(sidecar.Key);
        ImmutableArray<ServiceModel> imported = [.. index.Services.VisibleTo(clientNamespace, scope.Imports)];
        ImmutableArray<VirtualServiceModel> routes = [.. index.VirtualServices.ForSidecars.Where(v => v.IsVisibleTo(clientNamespace) && scope.Imports(v))];
        IEnumerable<ImportedService> all = [.. imported.Select(s => new ImportedService(s, scope.PortsOf(s)))];
        if (scope.IsNarrow) all = InferredServices.With(index, scope, clientNamespace, [.. all], routes);
        foreach (var (service, ports) in all)
        {
            var rule = index.DestinationRules.Find(service.Name, clientNamespace, index.Settings.RootNamespace, chosen);
            byHost[service.Host] = OutboundService.From(
                new OutboundService.Inputs(
                    service, ports, rule, index.Endpoints.Of(service.Name), index.PeerAuthentications, index.Settings, trustDomain, caller),
                previous?.Find(service.Host));
            dependencies.Add(service.Source.Key);
            if (rule is not null)
            {
                dependencies.UnionWith(rule.Sources.Select(s => s.Key));
                problems.AddRange(rule.Problems);
            }
        }
        var clusters = byHost.Values.SelectMany(s => s.Clusters).ToList();
        return new OutboundModel(
            scope, byHost.ToImmutable(), [.. imported.Select(s => new ImportedService(s, scope.PortsByHost(s))).Where(s => !s.Ports.IsEmpty || s.Service.Ports.IsEmpty)],
            routes, Sorted(clusters, c => c.Cluster), Sorted(clusters, c => c.Endpoints), dependencies.ToImmutable(),
            [.. problems.Distinct()], new ConcurrentDictionary<string, SharedPart>(StringComparer.Ordinal))
        {
            MindsZones = byHost.Values.Any(s => s.MindsZones),
        };
    }

    /// <summary>The service, where it is reached by Host and by alias.</summary>
    public ImportedService? Imported(string host) =>
        Find(host) is { } service && Scope.PortsByHost(service.Service) is { IsEmpty: false } ports ? new ImportedService(service.Service, ports) : null;

    /// <summary>The policy in force for one cluster, by its name.</summary>
    public EffectivePolicy Policy(string cluster) =>
        Find(cluster[(cluster.LastIndexOf('|') + 1)..])?.Clusters.FirstOrDefault(c => c.Name == cluster)?.Policy ?? EffectivePolicy.None;

    public OutboundService? Find(string host) => _byHost.GetValueOrDefault(host);

    /// <summary>The same with the endpoints of some services read again; <paramref name="known"/> has what was made for models that share services with this one.</summary>
    public OutboundModel WithEndpoints(MeshIndex index, IEnumerable<ServiceName> touched, Dictionary<OutboundService, OutboundService> known)
    {
        var byHost = _byHost;
        var clusters = Clusters.ToBuilder();
        var endpoints = Endpoints.ToBuilder();
        foreach (var name in touched)
        {
            if (Find(name.Host) is not { } before || before.Service.Name != name) continue;
            if (!known.TryGetValue(before, out var now)) known[before] = now = before.With(index.Endpoints.Of(name));
            if (ReferenceEquals(before, now)) continue;
            byHost = byHost.SetItem(name.Host, now);
            foreach (var cluster in now.Clusters)
            {
                clusters[cluster.Name] = cluster.Cluster;
                endpoints[cluster.Name] = cluster.Endpoints;
            }
        }
        return new OutboundModel(Scope, byHost, Services, VirtualServices, clusters.ToImmutable(), endpoints.ToImmutable(), Dependencies, Problems, HttpProxyRoutes)
        {
            MindsZones = MindsZones,
        };
    }

    private static ImmutableSortedDictionary<string, ProxyResource> Sorted(List<OutboundCluster> all, Func<OutboundCluster, ProxyResource> pick) =>
        all.ToImmutableSortedDictionary(c => c.Name, pick, StringComparer.Ordinal);
}
