using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Mesh.Translation;

namespace Mesh.NodeAgent.Discovery;

/// <summary>
/// The names of endpoint resources by host, so that a change of a service's endpoints is told to a proxy without looking at all
/// the others. Made once for each set of names and shared by the proxies that share the set.
/// </summary>
internal sealed class EndpointNames
{
    private static readonly ConditionalWeakTable<ImmutableSortedDictionary<string, ProxyResource>, EndpointNames> Made = [];

    private readonly Dictionary<string, List<string>> _byHost = [];

    private EndpointNames(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            // outbound|PORT|SUBSET|HOSTNAME
            var host = name[(name.LastIndexOf('|') + 1)..];
            if (!_byHost.TryGetValue(host, out var list)) _byHost[host] = list = [];
            list.Add(name);
        }
    }

    public static EndpointNames Of(ProxyResources resources) => Made.GetValue(resources.Endpoints, endpoints => new EndpointNames(endpoints.Keys));

    public IReadOnlyCollection<string> Of(IEnumerable<ServiceName> services) =>
        [.. services.SelectMany(service => _byHost.GetValueOrDefault(service.Host, []))];
}
