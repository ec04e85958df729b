using System.Collections.Frozen;

namespace Mesh.Sidecar.Routing;

/// <summary>
/// A RouteConfiguration in force: virtual hosts by Host as Envoy picks them (exact, then the longest suffix wildcard, then the longest
/// prefix wildcard, then <c>*</c>), then the first route that matches. Immutable, read without locks; a look-up allocates nothing.
/// </summary>
internal sealed class RouteTable
{
    private readonly FrozenDictionary<string, VirtualHostModel>.AlternateLookup<ReadOnlySpan<char>> _exact;
    private readonly (string Suffix, VirtualHostModel Host)[] _suffixes;
    private readonly (string Prefix, VirtualHostModel Host)[] _prefixes;
    private readonly VirtualHostModel? _any;
    private readonly bool _ignorePort;

    public RouteTable(string name, IReadOnlyList<VirtualHostModel> hosts, bool ignorePort)
    {
        Name = name;
        Hosts = hosts;
        _ignorePort = ignorePort;
        var exact = new Dictionary<string, VirtualHostModel>(StringComparer.OrdinalIgnoreCase);
        var suffixes = new List<(string, VirtualHostModel)>();
        var prefixes = new List<(string, VirtualHostModel)>();
        foreach (var host in hosts)
            foreach (var domain in host.Domains)
            {
                if (domain == "*") _any ??= host;
                else if (domain.StartsWith('*')) suffixes.Add((domain[1..], host));
                else if (domain.EndsWith('*')) prefixes.Add((domain[..^1], host));
                else exact.TryAdd(domain, host);
            }
        _exact = exact.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        _suffixes = [.. suffixes.OrderByDescending(s => s.Item1.Length)];
        _prefixes = [.. prefixes.OrderByDescending(p => p.Item1.Length)];
    }

    public string Name { get; }

    public IReadOnlyList<VirtualHostModel> Hosts { get; }

    public VirtualHostModel? FindHost(ReadOnlySpan<char> host)
    {
        if (_ignorePort) host = WithoutPort(host);
        if (_exact.TryGetValue(host, out var found)) return found;
        foreach (var (suffix, model) in _suffixes)
            if (host.Length > suffix.Length && host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)) return model;
        foreach (var (prefix, model) in _prefixes)
            if (host.Length > prefix.Length && host.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return model;
        return _any;
    }

    /// <summary>The first route of the virtual host of <paramref name="host"/> that matches; null is a 404.</summary>
    public RouteModel? Find(ReadOnlySpan<char> host, HttpRequest request, ReadOnlySpan<char> path, ReadOnlySpan<char> query)
    {
        var virtualHost = FindHost(host);
        if (virtualHost is null) return null;
        return virtualHost.Index.Find(request, path, query);
    }

    public static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> host)
    {
        var colon = host.LastIndexOf(':');
        // [::1] without a port ends in a bracket.
        return colon < 0 || host.LastIndexOf(']') > colon ? host : host[..colon];
    }
}

internal sealed record VirtualHostModel(string Name, IReadOnlyList<string> Domains, RouteModel[] Routes)
{
    public RouteIndex Index { get; } = new(Routes);
}

/// <summary>
/// A route configuration by name: listeners hold this for ever, updates swap the table. <see cref="Table"/> is null until it first came.
/// </summary>
internal sealed class RouteConfigState(string name)
{
    private volatile RouteTable? _table;

    public string Name { get; } = name;

    public RouteTable? Table
    {
        get => _table;
        set => _table = value;
    }
}
