using System.Text;

namespace Mesh.Sidecar.Routing;

/// <summary>
/// A RouteConfiguration in force: virtual hosts by Host as Envoy picks them (exact, then the longest suffix wildcard, then the longest
/// prefix wildcard, then <c>*</c>), then the first route that matches. Immutable, read without locks; a look-up allocates nothing.
/// </summary>
internal sealed class RouteTable
{
    // What becomes of a request without TLS where a virtual host requires it (Envoy's SslRedirectRoute).
    private static readonly RouteModel ToHttps = new()
    {
        Name = "", Path = new PathMatch(PathMatchKind.Prefix, "/", caseSensitive: true),
        Redirect = new RedirectModel(StatusCodes.Status301MovedPermanently, "https", null, 0, null, null, StripQuery: false),
    };

    private readonly DomainTable _exact;
    // A domain that is not ASCII, or longer than any of DNS, but configuration may have one; null otherwise.
    private readonly Dictionary<string, VirtualHostModel>? _foreign;
    private readonly (string Suffix, VirtualHostModel Host)[] _suffixes;
    private readonly (string Prefix, VirtualHostModel Host)[] _prefixes;
    private readonly VirtualHostModel[] _hosts;
    private readonly VirtualHostModel? _any;
    private readonly bool _ignorePort;

    /// <param name="name">The route configuration's.</param>
    /// <param name="hosts">Each with its domains, which the table keeps in its own way.</param>
    /// <param name="ignorePort">Whether a port in Host is overlooked.</param>
    public RouteTable(string name, IReadOnlyList<(VirtualHostModel Host, IReadOnlyList<string> Domains)> hosts, bool ignorePort)
    {
        Name = name;
        _hosts = [.. hosts.Select(h => h.Host)];
        _ignorePort = ignorePort;
        var exact = new List<(string, int)>();
        var suffixes = new List<(string, VirtualHostModel)>();
        var prefixes = new List<(string, VirtualHostModel)>();
        for (var i = 0; i < hosts.Count; i++)
        {
            var (host, domains) = hosts[i];
            foreach (var domain in domains)
            {
                if (domain == "*") _any ??= host;
                else if (domain.StartsWith('*')) suffixes.Add((domain[1..], host));
                else if (domain.EndsWith('*')) prefixes.Add((domain[..^1], host));
                else if (Ascii.IsValid(domain) && domain.Length <= DomainTable.MaxLength) exact.Add((domain, i));
                else (_foreign ??= new(StringComparer.OrdinalIgnoreCase)).TryAdd(domain, host);
            }
        }
        _exact = DomainTable.Build(exact);
        _suffixes = [.. suffixes.OrderByDescending(s => s.Item1.Length)];
        _prefixes = [.. prefixes.OrderByDescending(p => p.Item1.Length)];
    }

    public string Name { get; }

    public IReadOnlyList<VirtualHostModel> Hosts => _hosts;

    public VirtualHostModel? FindHost(ReadOnlySpan<char> host)
    {
        if (_ignorePort) host = WithoutPort(host);
        if (_exact.Find(host) is var found and >= 0) return _hosts[found];
        if (_foreign is not null && _foreign.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(host, out var foreign)) return foreign;
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
        if (virtualHost.RequiresTls && !IsSecure(request)) return ToHttps;
        return virtualHost.Find(request, path, query);
    }

    // As the listener stamped it, or a proxy before us that it believes.
    private static bool IsSecure(HttpRequest request) => request.Headers["X-Forwarded-Proto"] is [var scheme] && "https".Equals(scheme, StringComparison.OrdinalIgnoreCase);

    public static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> host)
    {
        var colon = host.LastIndexOf(':');
        // [::1] without a port ends in a bracket.
        return colon < 0 || host.LastIndexOf(']') > colon ? host : host[..colon];
    }
}

/// <summary>A virtual host's routes. <paramref name="source"/> is what it was made of: one of the same source need not be made again.</summary>
internal sealed class VirtualHostModel(string name, RouteModel[] routes, UInt128 source = default)
{
    public string Name => name;

    public RouteModel[] Routes => routes;

    public UInt128 Source => source;

    /// <summary>Requests without TLS are redirected to https.</summary>
    public bool RequiresTls { get; init; }

    // One needs no index.
    private readonly RouteIndex? _index = routes.Length > 1 ? new RouteIndex(routes) : null;

    /// <summary>The first route that matches.</summary>
    public RouteModel? Find(HttpRequest request, ReadOnlySpan<char> path, ReadOnlySpan<char> query)
    {
        if (_index is not null) return _index.Find(request, path, query);
        return routes.Length == 1 && routes[0].IsMatch(request, path, query) ? routes[0] : null;
    }
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
