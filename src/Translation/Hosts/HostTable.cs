using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Mesh.Translation.Hosts;

/// <summary>
/// Objects by the host they are written for, so that finding those of one service costs its number of labels and not the
/// number of objects. Under one host they keep the order they were added in: oldest first. Immutable.
/// </summary>
internal sealed class HostTable<T>
{
    public static readonly HostTable<T> Empty = new([]);

    private readonly FrozenDictionary<string, ImmutableArray<T>> _byHost;

    /// <summary>Rare, and dear to look for.</summary>
    private readonly bool _hasPartial;

    public HostTable(IEnumerable<(string Host, T Value)> entries)
    {
        _byHost = entries.GroupBy(e => e.Host, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.Select(e => e.Value).ToImmutableArray(), StringComparer.Ordinal);
        _hasPartial = _byHost.Keys.Any(HostName.IsPartial);
    }

    /// <summary>What is written for exactly this pattern.</summary>
    public ImmutableArray<T> At(string pattern) => _byHost.TryGetValue(pattern, out var values) ? values : [];

    /// <summary>
    /// What the most specific matching pattern with an entry that <paramref name="accept"/>s holds; empty without one.
    /// </summary>
    public (string Pattern, ImmutableArray<T> Values) Find(string host, Func<T, bool> accept)
    {
        if (_byHost.Count == 0) return (host, []);
        foreach (var pattern in _hasPartial ? HostName.AllPatterns(host) : HostName.Patterns(host))
        {
            if (!_byHost.TryGetValue(pattern, out var values)) continue;
            if (values.All(accept)) return (pattern, values);
            var accepted = values.Where(accept).ToImmutableArray();
            if (accepted.Length > 0) return (pattern, accepted);
        }
        return (host, []);
    }
}
