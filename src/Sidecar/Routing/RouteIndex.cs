using System.Collections.Frozen;

namespace Mesh.Sidecar.Routing;

/// <summary>
/// Finds the first of many routes that matches without asking each: exact paths by hash, prefixes by binary search, regular expressions last and only up to
/// the best found so far, by binary search too for what they begin with (<see cref="LiteralPrefix"/>). The answer is that of going through them in order. Immutable; a look-up allocates nothing.
/// </summary>
internal sealed class RouteIndex
{
    /// <summary>So few are asked one after the other: cheaper than any search.</summary>
    private const int Few = 8;

    private readonly RouteModel[] _routes;
    // Null where they are few.
    private readonly Tables? _tables;

    public RouteIndex(RouteModel[] routes)
    {
        _routes = routes;
        if (routes.Length > Few) _tables = new Tables(routes);
    }

    public RouteModel? Find(HttpRequest request, ReadOnlySpan<char> path, ReadOnlySpan<char> query)
    {
        if (_tables is { } tables) return tables.Find(request, path, query);
        foreach (var route in _routes)
            if (route.IsMatch(request, path, query)) return route;
        return null;
    }

    private static void Improve(
        ref int best, int[] places, RouteModel[] routes, HttpRequest request, ReadOnlySpan<char> path, ReadOnlySpan<char> query)
    {
        foreach (var place in places)
        {
            if (place >= best) return;
            if (!routes[place].IsMatch(request, path, query)) continue;
            best = place;
            return;
        }
    }

    private sealed class Tables(RouteModel[] routes)
    {
        private readonly PathTable _caseSensitive = new(routes, Places(routes, static p => p.Kind != PathMatchKind.Regex && p.IsCaseSensitive), StringComparison.Ordinal);
        private readonly PathTable _ignoringCase = new(routes, Places(routes, static p => p.Kind != PathMatchKind.Regex && !p.IsCaseSensitive), StringComparison.OrdinalIgnoreCase);
        // Expressions always mind case; those of which nothing is known begin with nothing, as every path does.
        private readonly PathTable _expressions = new(routes, Places(routes, static p => p.Kind == PathMatchKind.Regex), StringComparison.Ordinal);

        public RouteModel? Find(HttpRequest request, ReadOnlySpan<char> path, ReadOnlySpan<char> query)
        {
            var best = int.MaxValue;
            _caseSensitive.Improve(ref best, request, path, query);
            _ignoringCase.Improve(ref best, request, path, query);
            _expressions.Improve(ref best, request, path, query);
            return best == int.MaxValue ? null : routes[best];
        }

        private static IEnumerable<int> Places(RouteModel[] routes, Func<PathMatch, bool> isWanted) =>
            Enumerable.Range(0, routes.Length).Where(i => isWanted(routes[i].Path));
    }

    /// <summary>Exact paths and prefixes, or expressions by their prefixes; one way of comparing case.</summary>
    private sealed class PathTable
    {
        private readonly RouteModel[] _routes;
        private readonly StringComparison _comparison;
        private readonly FrozenDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _exact;

        // Sorted; each knows the longest other one that it begins with. All prefixes of a path are among the last one that is not after
        // the path and its ancestors, because whatever sorts between a prefix and the path begins with that prefix too.
        private readonly (string Prefix, int[] Places, int Parent)[] _prefixes;

        public PathTable(RouteModel[] routes, IEnumerable<int> places, StringComparison comparison)
        {
            _routes = routes;
            _comparison = comparison;
            var comparer = StringComparer.FromComparison(comparison);
            var all = places.ToArray();
            _exact = all.Where(i => routes[i].Path.Kind == PathMatchKind.Exact).GroupBy(i => routes[i].Path.Text, comparer)
                .ToFrozenDictionary(g => g.Key, g => g.ToArray(), comparer).GetAlternateLookup<ReadOnlySpan<char>>();
            var groups = all.Where(i => routes[i].Path.Kind != PathMatchKind.Exact).GroupBy(i => PrefixOf(routes[i].Path), comparer).OrderBy(g => g.Key, comparer).ToArray();
            _prefixes = new (string, int[], int)[groups.Length];
            for (var i = 0; i < groups.Length; i++) _prefixes[i] = (groups[i].Key, [.. groups[i]], ParentOf(i, groups[i].Key));
        }

        private static string PrefixOf(PathMatch path) => path.Kind == PathMatchKind.Regex ? LiteralPrefix.Of(path.Text) : path.Text;

        public void Improve(ref int best, HttpRequest request, ReadOnlySpan<char> path, ReadOnlySpan<char> query)
        {
            if (_exact.TryGetValue(path, out var places)) RouteIndex.Improve(ref best, places, _routes, request, path, query);
            for (var i = LastNotAfter(path); i >= 0; i = _prefixes[i].Parent)
                if (path.StartsWith(_prefixes[i].Prefix, _comparison))
                    RouteIndex.Improve(ref best, _prefixes[i].Places, _routes, request, path, query);
        }

        private int ParentOf(int place, string prefix)
        {
            var candidate = place - 1;
            while (candidate >= 0 && !prefix.StartsWith(_prefixes[candidate].Prefix, _comparison)) candidate = _prefixes[candidate].Parent;
            return candidate;
        }

        private int LastNotAfter(ReadOnlySpan<char> path)
        {
            var (low, high) = (0, _prefixes.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (path.CompareTo(_prefixes[middle].Prefix, _comparison) >= 0) low = middle + 1;
                else high = middle;
            }
            return low - 1;
        }
    }
}
