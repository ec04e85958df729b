using System.Collections.Immutable;
using Mesh.Core.Identity;
using Mesh.Core.Resources.Networking;
using Mesh.Core.Snapshots;
using Mesh.Translation.Clusters;
using Mesh.Translation.Endpoints;
using Mesh.Translation.Indexing;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Outbound;

/// <summary>
/// One service as callers of one namespace see it: its clusters and their endpoints, packed. Immutable; equal inputs give the
/// same instance again, so that a change elsewhere costs nothing here.
/// </summary>
internal sealed class OutboundService
{
    private readonly Inputs _inputs;

    private OutboundService(Inputs inputs, OutboundService? previous)
    {
        _inputs = inputs;
        var clusters = ImmutableArray.CreateBuilder<OutboundCluster>();
        var identities = OutboundClusterBuilder.Identities(inputs.Workloads.Values.Concat(inputs.Service.Written), inputs.TrustDomain);
        var sameShape = previous is not null && inputs.HasSameShape(previous._inputs) && identities.SequenceEqual(previous.Identities);
        Identities = identities;
        var mindsZones = false;
        foreach (var port in inputs.Ports)
        {
            Add(port, "", null);
            if (inputs.Rule is null) continue;
            foreach (var subset in inputs.Rule.Subsets) Add(port, subset.Name, subset);
        }
        Clusters = clusters.ToImmutable();
        MindsZones = mindsZones;

        void Add(ServicePortModel port, string subset, Subset? definition)
        {
            var name = ClusterNames.Outbound(port.Number, subset, inputs.Service.Host);
            var policy = EffectivePolicy.For(inputs.Rule?.Policy, definition?.TrafficPolicy, port.Number);
            var plan = LocalityPlan.For(policy, inputs.Service, inputs.Settings, inputs.Caller);
            var cluster = sameShape ? previous!.Clusters[clusters.Count].Cluster : Packing.Resource(name, OutboundClusterBuilder.Build(
                inputs.Service, port, subset, policy, definition?.Labels ?? NoLabels, inputs.Rule?.IsPeakEwma == true, plan, identities,
                inputs.Settings, inputs.TrustDomain));
            mindsZones |= plan.ZoneMinimum is not null;
            var labels = definition?.Labels ?? NoLabels;
            IEnumerable<Workload> members = inputs.Service.HasWrittenEndpoints ? inputs.Service.Written : inputs.Workloads.Values.Where(w => WrittenWorkloads.CanBeDialled(w.Address));
            var endpoints = LoadAssignmentBuilder.Build(name, port, labels, members, inputs.Policies, plan);
            clusters.Add(new OutboundCluster(name, port, subset, policy, cluster, Packing.Resource(name, endpoints)));
        }
    }

    private static ImmutableSortedDictionary<string, string> NoLabels { get; } = ImmutableSortedDictionary<string, string>.Empty;

    public ServiceModel Service => _inputs.Service;
    public DestinationRuleModel? Rule => _inputs.Rule;

    /// <summary>The SPIFFE IDs its workloads may have.</summary>
    public ImmutableArray<string> Identities { get; }

    public ImmutableArray<OutboundCluster> Clusters { get; }

    /// <summary>Some of its clusters need to know the caller's peers.</summary>
    public bool MindsZones { get; }

    /// <summary>Whether the rule in force, if any, names the subset; the whole service always is one.</summary>
    public bool HasSubset(string subset) => subset.Length == 0 || (Rule is not null && Rule.Subsets.Any(s => s.Name == subset));

    public static OutboundService From(Inputs inputs, OutboundService? previous) =>
        previous is not null && inputs.HasSameShape(previous._inputs) && ReferenceEquals(inputs.Workloads, previous._inputs.Workloads)
            ? previous
            : new OutboundService(inputs, previous);

    /// <summary>The same service with other workloads behind it.</summary>
    public OutboundService With(ImmutableSortedDictionary<WorkloadId, Workload> workloads) =>
        From(_inputs with { Workloads = workloads }, this);

    /// <summary>All that the result depends on.</summary>
    internal sealed record Inputs(
        ServiceModel Service, ImmutableArray<ServicePortModel> Ports, DestinationRuleModel? Rule, ImmutableSortedDictionary<WorkloadId, Workload> Workloads,
        PeerAuthenticationTable Policies, MeshSettings Settings, string TrustDomain, Caller Caller)
    {
        public bool HasSameShape(Inputs other) =>
            ReferenceEquals(Service, other.Service) && Ports.AsSpan().SequenceEqual(other.Ports.AsSpan()) && SameRule(Rule, other.Rule) && ReferenceEquals(Policies, other.Policies) &&
            Settings == other.Settings && TrustDomain == other.TrustDomain && Caller == other.Caller;

        /// <summary>Merged rules are made anew with each table; the objects in them are what counts.</summary>
        private static bool SameRule(DestinationRuleModel? left, DestinationRuleModel? right) =>
            ReferenceEquals(left, right) || (left is not null && right is not null && left.Sources.AsEnumerable().SequenceEqual(right.Sources, ReferenceEqualityComparer.Instance));
    }
}

/// <summary>One cluster of a service with its endpoints.</summary>
internal sealed record OutboundCluster(
    string Name, ServicePortModel Port, string Subset, EffectivePolicy Policy, ProxyResource Cluster, ProxyResource Endpoints);
