using System.Collections.Immutable;

namespace Mesh.Core.Regexes;

/// <summary>A set of Unicode code points as sorted ranges that neither touch nor overlap. Immutable.</summary>
internal sealed class CodePointSet
{
    public const int Last = 0x10FFFF;

    private CodePointSet(ImmutableArray<(int First, int Last)> ranges) => Ranges = ranges;

    public static CodePointSet All { get; } = new([(0, Last)]);

    public ImmutableArray<(int First, int Last)> Ranges { get; }

    /// <summary>Whether there are characters beyond U+FFFF, which are pairs of units in UTF-16.</summary>
    public bool HasPairs => !Ranges.IsEmpty && Ranges[^1].Last > 0xFFFF;

    /// <summary>Whether all characters beyond U+FFFF are in the set.</summary>
    public bool HasAllPairs => HasPairs && Ranges[^1] is (<= 0x10000, Last);

    public static CodePointSet Of(params IEnumerable<(int First, int Last)> ranges)
    {
        var result = ImmutableArray.CreateBuilder<(int First, int Last)>();
        foreach (var range in ranges.Order())
        {
            if (result.Count > 0 && range.First <= result[^1].Last + 1) result[^1] = (result[^1].First, Math.Max(result[^1].Last, range.Last));
            else result.Add(range);
        }

        return new(result.DrainToImmutable());
    }

    public static CodePointSet One(int codePoint) => new([(codePoint, codePoint)]);

    public bool Contains(int codePoint) => Ranges.Any(r => r.First <= codePoint && codePoint <= r.Last);

    public CodePointSet Union(CodePointSet other) => Of(Ranges.Concat(other.Ranges));

    public CodePointSet Complement()
    {
        var result = ImmutableArray.CreateBuilder<(int First, int Last)>();
        var next = 0;
        foreach (var (first, last) in Ranges)
        {
            if (first > next) result.Add((next, first - 1));
            next = last + 1;
        }

        if (next <= Last) result.Add((next, Last));
        return new(result.DrainToImmutable());
    }

    /// <summary>The part from <paramref name="first"/> to <paramref name="last"/>.</summary>
    public CodePointSet Within(int first, int last) =>
        Of(Ranges.Where(r => r.Last >= first && r.First <= last).Select(r => (Math.Max(r.First, first), Math.Min(r.Last, last))));
}
