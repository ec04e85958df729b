using System.Collections.Immutable;

namespace Mesh.Core.Regexes;

/// <summary>The characters of a set beyond U+FFFF as pairs of UTF-16 units.</summary>
internal static class SurrogatePairs
{
    private const int FirstLow = 0xDC00;
    private const int LastLow = 0xDFFF;

    private static readonly CodePointSet AllLows = CodePointSet.Of((FirstLow, LastLow));

    private static readonly ImmutableArray<(CodePointSet, CodePointSet)> AllPairs = [(CodePointSet.Of((0xD800, 0xDBFF)), AllLows)];

    /// <summary>Each pair of a high and a low unit out of these is in the set; together they are all.</summary>
    public static ImmutableArray<(CodePointSet High, CodePointSet Low)> Of(CodePointSet set) => set.HasAllPairs ? AllPairs : Split(set);

    private static ImmutableArray<(CodePointSet High, CodePointSet Low)> Split(CodePointSet set)
    {
        var whole = new List<(int, int)>();
        var parts = new SortedDictionary<int, List<(int, int)>>();
        foreach (var (first, last) in set.Within(0x10000, CodePointSet.Last).Ranges)
        {
            var (from, to) = (High(first), High(last));
            if (Low(first) != FirstLow || (from == to && Low(last) != LastLow)) AddPart(parts, from++, Low(first), from > to ? Low(last) : LastLow);
            if (from <= to && Low(last) != LastLow) AddPart(parts, to--, FirstLow, Low(last));
            if (from <= to) whole.Add((from, to));
        }

        // High units with the same low ones go together.
        var result = parts.GroupBy(p => string.Join(',', p.Value)).Select(g => (CodePointSet.Of(g.Select(p => (p.Key, p.Key))), CodePointSet.Of(g.First().Value)));
        return whole.Count == 0 ? [.. result] : [(CodePointSet.Of(whole), AllLows), .. result];
    }

    private static void AddPart(SortedDictionary<int, List<(int, int)>> parts, int high, int firstLow, int lastLow)
    {
        if (!parts.TryGetValue(high, out var list)) parts[high] = list = [];
        list.Add((firstLow, lastLow));
    }

    private static int High(int codePoint) => 0xD800 + ((codePoint - 0x10000) >> 10);

    private static int Low(int codePoint) => FirstLow + ((codePoint - 0x10000) & 0x3FF);
}
