namespace Mesh.Core.Regexes;

/// <summary>The characters of a set beyond U+FFFF as pairs of UTF-16 units.</summary>
internal static class SurrogatePairs
{
    /// <summary>Each pair of a high and a low unit out of these is in the set; together they are all.</summary>
    public static IEnumerable<(CodePointSet High, CodePointSet Low)> Of(CodePointSet set)
    {
        var lows = new SortedDictionary<int, List<(int, int)>>();
        foreach (var (first, last) in set.Within(0x10000, CodePointSet.Last).Ranges)
        {
            for (var high = High(first); high <= High(last); high++)
            {
                if (!lows.TryGetValue(high, out var list)) lows[high] = list = [];
                list.Add((high == High(first) ? Low(first) : 0xDC00, high == High(last) ? Low(last) : 0xDFFF));
            }
        }

        // High units with the same low ones go together.
        return lows.GroupBy(p => string.Join(',', p.Value)).Select(g => (CodePointSet.Of(g.Select(p => (p.Key, p.Key))), CodePointSet.Of(g.First().Value)));
    }

    private static int High(int codePoint) => 0xD800 + ((codePoint - 0x10000) >> 10);

    private static int Low(int codePoint) => 0xDC00 + ((codePoint - 0x10000) & 0x3FF);
}
