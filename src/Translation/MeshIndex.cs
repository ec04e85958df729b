using System.Collections.Concurrent;
using System.Collections.Immutable;
using Mesh.Core.Identity;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Kubernetes;
using Mesh.Core.Resources.Mesh;
using Mesh.Core.Resources.Networking;
using Mesh.Core.Resources.RateLimits;
using Mesh.Core.Resources.Security;
using Mesh.Core.Snapshots;
using Mesh.Translation.Endpoints;
using Mesh.Translation.Indexing;
using Mesh.Translation.Outbound;

namespace Mesh.Translation;

/// <summary>
/// A snapshot arranged for translation: services by host, routing and policies by the host or namespace they are for, workloads
/// by service. Built once for each snapshot and shared by all proxies of a node; safe for use from many threads, as what it
/// computes lazily is the same whoever computes it. A table is kept from the previous index where none of its objects changed.
/// </summary>
public sealed class MeshIndex
{
    private static readonly IReadOnlyDictionary<OutboundKey, OutboundModel> NoSeeds = ImmutableDictionary<OutboundKey, OutboundModel>.Empty;

    private readonly ConcurrentDictionary<OutboundKey, OutboundModel> _outbound = new();

    /// <summary>What an earlier index computed; may be out of date, so only its parts are taken over, where their inputs are the same.</summary>
    private readonly IReadOnlyDictionary<OutboundKey, OutboundModel> _seeds;

    public static MeshIndex Empty { get; } = Build(MeshSnapshot.Empty);

    private MeshIndex(MeshSnapshot snapshot, Tables tables, EndpointTable endpoints, PeerTable? peers, IReadOnlyDictionary<OutboundKey, OutboundModel> seeds)
    {
        Snapshot = snapshot;
        Parts = tables;
        Endpoints = endpoints;
        Peers = peers;
        _seeds = seeds;
    }

    public MeshSnapshot Snapshot { get; }

    internal Tables Parts { get; }
    internal MeshSettings Settings => Parts.Settings;
    internal ServiceTable Services => Parts.Services;
    internal VirtualServiceTable VirtualServices => Parts.VirtualServices;
    internal DestinationRuleTable DestinationRules => Parts.DestinationRules;
    internal PeerAuthenticationTable PeerAuthentications => Parts.PeerAuthentications;
    internal SidecarTable Sidecars => Parts.Sidecars;
    internal PolicyTable RateLimits => Parts.RateLimits;
    internal PolicyTable RequestAuthentications => Parts.RequestAuthentications;

    /// <summary>Oldest first.</summary>
    internal ImmutableArray<MeshObject> Gateways => Parts.Gateways;

    internal EndpointTable Endpoints { get; }

    /// <summary>Null while no rule minds zones.</summary>
    internal PeerTable? Peers { get; }

    /// <summary>Indexes a snapshot whose configuration may have changed, reusing what <paramref name="previous"/> already has.</summary>
    public static MeshIndex Build(MeshSnapshot snapshot, MeshIndex? previous = null) => Build(snapshot, previous, previous?.VirtualServices);

    /// <summary>Indexes a snapshot from nothing, except for what routes were before: that is nowhere else.</summary>
    public static MeshIndex BuildAnew(MeshSnapshot snapshot, MeshIndex history) => Build(snapshot, null, history.VirtualServices);

    /// <summary>Only good as <see cref="BuildAnew"/>'s history: the routes of a snapshot, and what they were before, as <see cref="FormerRoutes"/> gave it.</summary>
    public static MeshIndex Restore(MeshSnapshot snapshot, IReadOnlyDictionary<ObjectKey, ImmutableArray<MeshObject>> former) =>
        Build(snapshot with { Workloads = MeshSnapshot.Empty.Workloads }, null, null, former);

    /// <summary>
    /// What the routes of <paramref name="snapshot"/>, which is this index's or a later one, were before their last change, as far as rules that
    /// wait for a destination still need it: the VirtualService as it was, then its delegates.
    /// </summary>
    public ImmutableSortedDictionary<ObjectKey, ImmutableArray<MeshObject>> FormerRoutes(MeshSnapshot snapshot) =>
        (ReferenceEquals(snapshot.Objects, Snapshot.Objects) ? Parts : Tables.Build(snapshot, Parts, VirtualServices)).VirtualServices.Former();

    private static MeshIndex Build(
        MeshSnapshot snapshot, MeshIndex? previous, VirtualServiceTable? history, IReadOnlyDictionary<ObjectKey, ImmutableArray<MeshObject>>? former = null)
    {
        var tables = Tables.Build(snapshot, previous?.Parts, history, former);
        var endpoints = previous is not null && ReferenceEquals(tables.Services, previous.Services) &&
                        ReferenceEquals(snapshot.Workloads, previous.Snapshot.Workloads) && tables.WorkloadEntries == previous.Parts.WorkloadEntries
            ? previous.Endpoints
            : EndpointTable.Build(tables.Services, snapshot.Workloads.Values.Concat(tables.WorkloadEntries), previous?.Endpoints);
        var peers = !tables.DestinationRules.MindsZones ? null
            : previous?.Peers is { } known && ReferenceEquals(snapshot.Workloads, previous.Snapshot.Workloads) ? known : PeerTable.Build(snapshot.Workloads.Values);
        return new MeshIndex(snapshot, tables, endpoints, peers, previous?.Reusable() ?? NoSeeds);
    }

    /// <summary>
    /// The short way for a snapshot in which only the workloads in <paramref name="changed"/> differ from this index's: costs
    /// what these workloads' services cost, whatever the size of the mesh.
    /// </summary>
    public EndpointChange WithWorkloads(MeshSnapshot snapshot, IEnumerable<WorkloadId> changed)
    {
        var changes = changed.Distinct()
            .Select(id => (Snapshot.Workloads.GetValueOrDefault(id), snapshot.Workloads.GetValueOrDefault(id))).ToList();
        var (endpoints, touched) = Endpoints.With(Services, changes);
        var next = new MeshIndex(snapshot, Parts, endpoints, Peers?.With(changes), _seeds);
        var known = new Dictionary<OutboundService, OutboundService>(ReferenceEqualityComparer.Instance);
        foreach (var (key, model) in _outbound) next._outbound[key] = model.WithEndpoints(next, touched, known);
        return new EndpointChange(next, touched);
    }

    /// <summary>What callers like this one see; shared by all of them.</summary>
    internal OutboundModel Outbound(ProxyDescriptor proxy)
    {
        // Gateways know whatever their routes name; a Sidecar object is none of their business (Istio).
        var sidecar = proxy.Role == ProxyRole.Gateway ? null : Sidecars.For(proxy.Namespace, proxy.Labels);
        var key = new OutboundKey(
            proxy.Namespace, proxy.TrustDomain, Caller.Of(proxy, DestinationRules.CallerLabels.Union(Settings.CallerLabels)), sidecar?.Key,
            DestinationRules.Chosen(proxy.Namespace, proxy.Labels));
        return Outbound(key, sidecar);
    }

    // Callers that rules choose differ from the others of their namespace in the services of these rules: all else is the same instances.
    private OutboundModel Outbound(OutboundKey key, MeshObject? sidecar)
    {
        if (_outbound.TryGetValue(key, out var model)) return model;
        var like = _seeds.GetValueOrDefault(key) ?? (key.Chosen.Length == 0 ? null : Outbound(key with { Chosen = "" }, sidecar));
        return _outbound.GetOrAdd(key, OutboundModel.Build(this, new EgressScope(sidecar, key.Namespace), key.Namespace, key.TrustDomain, key.Caller, key.Chosen, like));
    }

    /// <summary>A copy without the index itself, so that no chain of predecessors is kept alive.</summary>
    private IReadOnlyDictionary<OutboundKey, OutboundModel> Reusable() =>
        _outbound.IsEmpty ? _seeds : _outbound.ToDictionary();

    private sealed record OutboundKey(string Namespace, string TrustDomain, Caller Caller, ObjectKey? Sidecar, string Chosen);

    /// <summary>Everything that configuration objects decide.</summary>
    internal sealed record Tables
    {
        public required ILookup<Type, MeshObject> Objects { get; init; }
        public required MeshSettings Settings { get; init; }
        public required ImmutableArray<TranslationProblem> SettingsProblems { get; init; }
        public required ServiceTable Services { get; init; }
        public required ImmutableArray<Workload> WorkloadEntries { get; init; }
        public required ImmutableArray<TranslationProblem> WorkloadEntryProblems { get; init; }
        public required VirtualServiceTable VirtualServices { get; init; }
        public required DestinationRuleTable DestinationRules { get; init; }
        public required PeerAuthenticationTable PeerAuthentications { get; init; }
        public required SidecarTable Sidecars { get; init; }
        public required PolicyTable RateLimits { get; init; }
        public required PolicyTable RequestAuthentications { get; init; }
        public required ImmutableArray<MeshObject> Gateways { get; init; }

        public static Tables Build(
            MeshSnapshot snapshot, Tables? previous, VirtualServiceTable? history, IReadOnlyDictionary<ObjectKey, ImmutableArray<MeshObject>>? former = null)
        {
            var objects = snapshot.Objects.Values.OrderBy(o => o.Key).ToLookup(o => o.Spec.GetType());
            var (settings, settingsProblems) = MeshSettings.From([.. objects[typeof(MeshConfig)]]);
            var services = Same<Service>() && Same<ServiceEntry>()
                ? previous!.Services
                : new ServiceTable([.. objects[typeof(Service)]], [.. objects[typeof(ServiceEntry)]], previous?.Services);
            var rules = Same<DestinationRule>() ? previous!.DestinationRules : new DestinationRuleTable(objects[typeof(DestinationRule)]);
            var needs = new RoutingNeeds(services, rules, settings.RootNamespace);
            return new Tables
            {
                Objects = objects,
                Settings = settings,
                SettingsProblems = [.. settingsProblems],
                Services = services,
                WorkloadEntries = Same<WorkloadEntry>() ? previous!.WorkloadEntries : [.. objects[typeof(WorkloadEntry)].Select(WrittenWorkloads.Of)],
                WorkloadEntryProblems = [.. objects[typeof(WorkloadEntry)].Where(o => !WrittenWorkloads.CanBeDialled(o.SpecAs<WorkloadEntry>().Address)).Select(o => new TranslationProblem(
                    o.Key, "spec.address", "It is no IP address and no socket; callers have no other way to the workload."))],
                VirtualServices = Same<VirtualService>()
                    ? previous!.VirtualServices
                    : new VirtualServiceTable(objects[typeof(VirtualService)], history, needs.AreThere, former),
                DestinationRules = rules,
                PeerAuthentications = Same<PeerAuthentication>() && previous!.Settings.RootNamespace == settings.RootNamespace
                    ? previous.PeerAuthentications
                    : new PeerAuthenticationTable(objects[typeof(PeerAuthentication)], settings.RootNamespace),
                Sidecars = Same<Sidecar>() && previous!.Settings.RootNamespace == settings.RootNamespace
                    ? previous.Sidecars
                    : new SidecarTable(objects[typeof(Sidecar)], settings.RootNamespace),
                RateLimits = Same<RateLimitPolicy>() && previous!.Settings.RootNamespace == settings.RootNamespace
                    ? previous.RateLimits
                    : new PolicyTable(objects[typeof(RateLimitPolicy)], settings.RootNamespace, static o => (o.SpecAs<RateLimitPolicy>().Selector, o.SpecAs<RateLimitPolicy>().TargetRefs)),
                RequestAuthentications = Same<RequestAuthentication>() && previous!.Settings.RootNamespace == settings.RootNamespace
                    ? previous.RequestAuthentications
                    : new PolicyTable(objects[typeof(RequestAuthentication)], settings.RootNamespace, Targets),
                Gateways = Same<Gateway>() ? previous!.Gateways : [.. objects[typeof(Gateway)].Order(Age.OldestFirst)],
            };

            static (WorkloadSelector?, ImmutableArray<PolicyTargetReference>) Targets(MeshObject source)
            {
                var spec = source.SpecAs<RequestAuthentication>();
                return (spec.Selector, spec.TargetRef is { } target ? spec.TargetRefs.Add(target) : spec.TargetRefs);
            }

            bool Same<T>() =>
                previous is not null && objects[typeof(T)].SequenceEqual(previous.Objects[typeof(T)], ReferenceEqualityComparer.Instance);
        }
    }
}
