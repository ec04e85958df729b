using System.Collections.Frozen;
using System.Text;

namespace Mesh.Core.Regexes;

/// <summary>Which characters are the same but for case, as RE2 sees it (Unicode's simple case folding, without Turkish rules).</summary>
internal static class CaseFolding
{
    // Pairs that .NET's invariant casing leaves apart.
    private static readonly (int, int)[] Extra =
        [('k', 0x212A), ('s', 0x017F), (0x00E5, 0x212B), (0x03C9, 0x2126), (0x00DF, 0x1E9E), (0x03B8, 0x03F4), (0x1E61, 0x1E9B)];

    private static readonly Lazy<FrozenDictionary<int, int[]>> Classes = new(Build);

    /// <summary>The set with all that differs from one of its members only in case.</summary>
    public static CodePointSet Fold(CodePointSet set)
    {
        if (set.Ranges is [(var only, var same)] && only == same && !Classes.Value.ContainsKey(only)) return set;
        var more = Classes.Value.Where(c => set.Contains(c.Key)).SelectMany(c => c.Value).Select(c => (c, c));
        return CodePointSet.Of(set.Ranges.Concat(more));
    }

    private static FrozenDictionary<int, int[]> Build()
    {
        var parents = new Dictionary<int, int>();
        for (var codePoint = 0; codePoint <= CodePointSet.Last; codePoint++)
        {
            if (!Rune.TryCreate(codePoint, out var rune)) continue;
            Join(parents, codePoint, Rune.ToLowerInvariant(rune).Value);
            Join(parents, codePoint, Rune.ToUpperInvariant(rune).Value);
        }

        foreach (var (a, b) in Extra) Join(parents, a, b);
        return parents.Keys.ToArray().GroupBy(c => Root(parents, c)).SelectMany(g => g.Select(c => (c, g.ToArray()))).ToFrozenDictionary(p => p.c, p => p.Item2);
    }

    private static void Join(Dictionary<int, int> parents, int a, int b)
    {
        if (a == b) return;
        var (rootA, rootB) = (Root(parents, a), Root(parents, b));
        parents[a] = parents[b] = parents[rootA] = parents[rootB] = rootA;
    }

    private static int Root(Dictionary<int, int> parents, int codePoint)
    {
        while (parents.TryGetValue(codePoint, out var parent) && parent != codePoint) codePoint = parent;
        return codePoint;
    }
}
