using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;

namespace Mesh.Translation.Indexing;

/// <summary>
/// All DestinationRules. Immutable to callers; rules merged once are kept, so that the same objects always give the same
/// instance.
/// </summary>
internal sealed class DestinationRuleTable
{
    public static readonly DestinationRuleTable Empty = new([]);

    private readonly FrozenDictionary<string, HostTable<MeshObject>> _byNamespace;
    // By namespace the selectors in use, by their text.
    private readonly FrozenDictionary<string, ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>>> _selectors;
    private readonly ConcurrentDictionary<(ObjectKey Oldest, string Client, string Chosen), DestinationRuleModel> _merged = new();

    public DestinationRuleTable(IEnumerable<MeshObject> objects)
    {
        _byNamespace = objects.Order(Age.OldestFirst)
            .GroupBy(o => o.Key.Namespace, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => new HostTable<MeshObject>(g.Select(o => (Host(o), o))), StringComparer.Ordinal);
        _selectors = objects.Where(o => Selector(o).Length > 0).GroupBy(o => o.Key.Namespace, StringComparer.Ordinal).ToFrozenDictionary(
            g => g.Key, g => g.DistinctBy(Selector, StringComparer.Ordinal).ToImmutableSortedDictionary(Selector, o => o.SpecAs<DestinationRule>().WorkloadSelector!.MatchLabels, StringComparer.Ordinal),
            StringComparer.Ordinal);
        ImmutableArray<LoadBalancerSettings> balancers = [.. objects.SelectMany(o => Balancers(o.SpecAs<DestinationRule>()))];
        CallerLabels =
        [
            .. balancers.Select(b => b.LocalityLbSetting).OfType<LocalityLoadBalancerSetting>().SelectMany(CallerLabelsOf),
            .. balancers.SelectMany(b => b.ZoneAwareLbSetting?.FailoverPriority ?? []).Where(IsCallers),
        ];
        MindsZones = balancers.Any(b => b.ZoneAwareLbSetting is not null and not { Enabled: false });
    }

    /// <summary>Labels of callers that some rule's failover priority asks for, in order.</summary>
    public ImmutableSortedSet<string> CallerLabels { get; }

    /// <summary>Some rule wants zones minded, for which callers are counted.</summary>
    public bool MindsZones { get; }

    /// <summary>Labels that are compared with the caller's own.</summary>
    public static IEnumerable<string> CallerLabelsOf(LocalityLoadBalancerSetting setting) =>
        setting.FailoverPriority.IsDefaultOrEmpty ? [] : setting.FailoverPriority.Where(IsCallers);

    private static bool IsCallers(string label) => !label.Contains('=', StringComparison.Ordinal);

    /// <summary>
    /// Which rules for chosen callers are for a workload of these labels: their selectors, in order; empty for most. Callers of a namespace
    /// that are chosen alike have the same rules.
    /// </summary>
    public string Chosen(string @namespace, ImmutableSortedDictionary<string, string> labels) =>
        _selectors.TryGetValue(@namespace, out var selectors)
            ? string.Join(';', selectors.Where(s => Labels.Match(s.Value, labels)).Select(s => s.Key)) : "";

    /// <summary>
    /// Istio's look-up: the client's own namespace, then the service's, then the root's; in each the most specific host. A
    /// rule in the client's namespace is for it alone where that is the root, which would otherwise be asked first.
    /// </summary>
    /// <param name="service">The service.</param>
    /// <param name="clientNamespace">The caller's namespace.</param>
    /// <param name="rootNamespace">The mesh's.</param>
    /// <param name="chosen">What <see cref="Chosen"/> says of the caller; a rule for callers that it does not name is as if it were not there.</param>
    public DestinationRuleModel? Find(ServiceName service, string clientNamespace, string rootNamespace, string chosen = "") =>
        (clientNamespace == rootNamespace ? null : In(clientNamespace, service, clientNamespace, chosen)) ??
        (service.Namespace == clientNamespace && clientNamespace != rootNamespace ? null : In(service.Namespace, service, clientNamespace, chosen)) ??
        In(rootNamespace, service, clientNamespace, chosen);

    /// <summary>Whether callers of a namespace, or some chosen ones of it, know the subset.</summary>
    public bool HasSubset(ServiceName service, string subset, string clientNamespace, string rootNamespace) =>
        Defines(Find(service, clientNamespace, rootNamespace), subset) ||
        (_selectors.TryGetValue(clientNamespace, out var selectors) && selectors.Keys.Any(s => Defines(Find(service, clientNamespace, rootNamespace, s), subset)));

    private static bool Defines(DestinationRuleModel? rule, string subset) => rule is not null && rule.Subsets.Any(s => s.Name == subset);

    private DestinationRuleModel? In(string @namespace, ServiceName service, string client, string chosen)
    {
        if (!_byNamespace.TryGetValue(@namespace, out var table)) return null;
        var found = table.Find(service.Host, o => IsFor(o, @namespace, client, chosen)).Values;
        if (found.IsEmpty) return null;
        var selector = found.Select(Selector).FirstOrDefault(s => s.Length > 0) ?? "";
        return _merged.GetOrAdd((found[0].Key, client, chosen), static (_, of) => new DestinationRuleModel(
            [.. of.found.Where(o => Selector(o) == of.selector)], [.. of.found.Where(o => Selector(o) is { Length: > 0 } other && other != of.selector)]), (found, selector));
    }

    private static bool IsFor(MeshObject rule, string @namespace, string client, string chosen) =>
        Visibility.IsVisible(rule.SpecAs<DestinationRule>().ExportTo, @namespace, client)
        && (Selector(rule) is not { Length: > 0 } selector || (@namespace == client && IsAmong(selector, chosen)));

    private static bool IsAmong(string selector, string chosen) => chosen.Length > 0 && (chosen == selector || chosen.Split(';').Contains(selector));

    // Empty: for callers of any namespace; one without labels chooses all of its own. None of the signs is allowed in labels.
    private static string Selector(MeshObject rule) => rule.SpecAs<DestinationRule>().WorkloadSelector switch
    {
        null => "",
        { MatchLabels.Count: 0 } => "*",
        { MatchLabels: var labels } => string.Join(',', labels.Select(l => $"{l.Key}={l.Value}")),
    };

    private static string Host(MeshObject rule) => HostName.Resolve(rule.SpecAs<DestinationRule>().Host, rule.Key.Namespace);

    private static IEnumerable<LoadBalancerSettings> Balancers(DestinationRule rule) =>
        rule.Subsets.Select(s => s.TrafficPolicy).Append(rule.TrafficPolicy).OfType<TrafficPolicy>()
            .SelectMany(p => p.PortLevelSettings.Select(s => s.LoadBalancer).Append(p.LoadBalancer)).OfType<LoadBalancerSettings>();
}
