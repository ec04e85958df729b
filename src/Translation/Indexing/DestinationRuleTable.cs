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
    private readonly ConcurrentDictionary<(ObjectKey Oldest, string Client), DestinationRuleModel> _merged = new();

    public DestinationRuleTable(IEnumerable<MeshObject> objects)
    {
        _byNamespace = objects.Order(Age.OldestFirst)
            .GroupBy(o => o.Key.Namespace, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => new HostTable<MeshObject>(g.Select(o => (Host(o), o))), StringComparer.Ordinal);
        CallerLabels = [.. objects.SelectMany(o => Localities(o.SpecAs<DestinationRule>())).SelectMany(CallerLabelsOf)];
    }

    /// <summary>Labels of callers that some rule's failover priority asks for, in order.</summary>
    public ImmutableSortedSet<string> CallerLabels { get; }

    /// <summary>Labels that are compared with the caller's own.</summary>
    public static IEnumerable<string> CallerLabelsOf(LocalityLoadBalancerSetting setting) =>
        setting.FailoverPriority.IsDefaultOrEmpty ? [] : setting.FailoverPriority.Where(l => !l.Contains('=', StringComparison.Ordinal));

    /// <summary>
    /// Istio's look-up: the client's own namespace, then the service's, then the root's; in each the most specific host. A
    /// rule in the client's namespace is for it alone where that is the root, which would otherwise be asked first.
    /// </summary>
    public DestinationRuleModel? Find(ServiceName service, string clientNamespace, string rootNamespace) =>
        (clientNamespace == rootNamespace ? null : In(clientNamespace, service, clientNamespace)) ??
        (service.Namespace == clientNamespace && clientNamespace != rootNamespace ? null : In(service.Namespace, service, clientNamespace)) ??
        In(rootNamespace, service, clientNamespace);

    private DestinationRuleModel? In(string @namespace, ServiceName service, string client)
    {
        if (!_byNamespace.TryGetValue(@namespace, out var table)) return null;
        var found = table.Find(service.Host, o => Visibility.IsVisible(o.SpecAs<DestinationRule>().ExportTo, @namespace, client)).Values;
        return found.IsEmpty ? null : _merged.GetOrAdd((found[0].Key, client), static (_, sources) => new DestinationRuleModel(sources), found);
    }

    private static string Host(MeshObject rule) => HostName.Resolve(rule.SpecAs<DestinationRule>().Host, rule.Key.Namespace);

    private static IEnumerable<LocalityLoadBalancerSetting> Localities(DestinationRule rule) =>
        rule.Subsets.Select(s => s.TrafficPolicy).Append(rule.TrafficPolicy).OfType<TrafficPolicy>()
            .SelectMany(p => p.PortLevelSettings.Select(s => s.LoadBalancer).Append(p.LoadBalancer))
            .Select(b => b?.LocalityLbSetting).OfType<LocalityLoadBalancerSetting>();
}
