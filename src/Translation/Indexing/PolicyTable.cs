using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Core.Resources;

namespace Mesh.Translation.Indexing;

/// <summary>
/// All objects of a kind of policy that is for workloads by label, or for objects by name, and of which all that apply are in force
/// together, the oldest first. Immutable.
/// </summary>
internal sealed class PolicyTable
{
    private readonly string _root;
    private readonly FrozenDictionary<string, ImmutableArray<Policy>> _byNamespace;

    /// <param name="objects">Of one kind.</param>
    /// <param name="rootNamespace">Policies there are for all namespaces.</param>
    /// <param name="targets">What an object says it is for.</param>
    public PolicyTable(IEnumerable<MeshObject> objects, string rootNamespace, Func<MeshObject, (WorkloadSelector?, ImmutableArray<PolicyTargetReference>)> targets)
    {
        _root = rootNamespace;
        _byNamespace = objects.Order(Age.OldestFirst).Select(o => new Policy(o, targets(o)))
            .GroupBy(p => p.Source.Key.Namespace, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray(), StringComparer.Ordinal);
        Objects = [.. _byNamespace.Values.SelectMany(p => p).Select(p => p.Source)];
    }

    public ImmutableArray<MeshObject> Objects { get; }

    /// <summary>Those in force for one listener of a proxy: the root namespace's, then the proxy's own.</summary>
    public IEnumerable<MeshObject> For(ProxyDescriptor proxy, PolicyAttachment attachment)
    {
        var root = _byNamespace.GetValueOrDefault(_root, []);
        var own = proxy.Namespace == _root ? [] : _byNamespace.GetValueOrDefault(proxy.Namespace, []);
        // Those of other namespaces can only be for Gateway objects that stand there.
        var others = attachment.Gateways.Keys.Select(g => g.Namespace).Where(n => n != _root && n != proxy.Namespace).Distinct(StringComparer.Ordinal)
            .SelectMany(n => _byNamespace.GetValueOrDefault(n, [])).Where(p => !p.Targets.IsEmpty);
        return root.Concat(own).Concat(others).Where(p => p.AppliesTo(proxy, attachment)).Select(p => p.Source);
    }

    private sealed record Policy(MeshObject Source, (WorkloadSelector? Selector, ImmutableArray<PolicyTargetReference> Targets) Scope)
    {
        public ImmutableArray<PolicyTargetReference> Targets => Scope.Targets;

        public bool AppliesTo(ProxyDescriptor proxy, PolicyAttachment attachment) =>
            Targets.IsEmpty ? Scope.Selector is null || Labels.Match(Scope.Selector.MatchLabels, proxy.Labels) : Targets.Any(t => Is(t, attachment));

        private bool Is(PolicyTargetReference target, PolicyAttachment attachment)
        {
            if (target.Namespace.Length > 0 && target.Namespace != Source.Key.Namespace) return false;
            var name = (Source.Key.Namespace, target.Name);
            return (target.Group, target.Kind) switch
            {
                ("" or "core", "Service") => attachment.Services.Contains(name),
                ("networking.istio.io", "Gateway") => attachment.Gateways.ContainsKey(name),
                _ => false,
            };
        }
    }
}

/// <summary>What one listener belongs to, beside its proxy: objects that policies name as their targets, by namespace and name.</summary>
internal sealed record PolicyAttachment
{
    /// <summary>Services that lead to it.</summary>
    public ImmutableHashSet<(string Namespace, string Name)> Services { get; init; } = [];

    /// <summary>Gateways it serves, with the hosts they admit where it serves others beside; empty: all its hosts.</summary>
    public ImmutableDictionary<(string Namespace, string Name), ImmutableArray<string>> Gateways { get; init; } =
        ImmutableDictionary<(string Namespace, string Name), ImmutableArray<string>>.Empty;

    /// <summary>An inbound listener.</summary>
    public static PolicyAttachment ToServices(TranslationScope scope, int targetPort) => new()
    {
        Services = [.. scope.Index.Services.Selecting(scope.Proxy.Namespace, scope.Proxy.Labels)
            .Where(s => s.Entry is null && s.Ports.Any(p => p.TargetPort == targetPort)).Select(s => (s.Name.Namespace, s.Name.Name))],
    };

    /// <summary>A listener of a gateway.</summary>
    public static PolicyAttachment ToGateways(IReadOnlyList<Gateways.GatewayServer> servers)
    {
        var byGateway = servers.GroupBy(s => (s.Source.Key.Namespace, s.Source.Key.Name)).ToList();
        return new PolicyAttachment
        {
            Gateways = byGateway.ToImmutableDictionary(g => g.Key, g => byGateway.Count == 1 ? [] : HostsOf(g)),
        };
    }

    private static ImmutableArray<string> HostsOf(IEnumerable<Gateways.GatewayServer> servers)
    {
        var hosts = servers.SelectMany(s => s.Hosts).Select(h => h.Host).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray();
        return hosts.Contains("*") ? [] : hosts;
    }
}
