using System.Collections.Concurrent;
using System.Globalization;

namespace Mesh.Core.Regexes;

/// <summary>The sets RE2 has names for: Perl's escapes, POSIX classes and Unicode's general categories.</summary>
internal static class NamedSets
{
    public const string CategoryDifference = @"\p counts characters beyond U+FFFF as of no category, and knows the Unicode version of .NET";

    private static readonly ConcurrentDictionary<string, CodePointSet> Categories = new(StringComparer.Ordinal);

    /// <summary><c>\d</c>, <c>\s</c>, <c>\w</c>, without their negation: ASCII only.</summary>
    public static CodePointSet? Perl(char lowerCaseLetter) => lowerCaseLetter switch
    {
        'd' => CodePointSet.Of(('0', '9')),
        's' => CodePointSet.Of(('\t', '\n'), ('\f', '\r'), (' ', ' ')),
        'w' => CodePointSet.Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')),
        _ => null,
    };

    public static CodePointSet? Posix(string name) => name switch
    {
        "alnum" => CodePointSet.Of(('0', '9'), ('A', 'Z'), ('a', 'z')),
        "alpha" => CodePointSet.Of(('A', 'Z'), ('a', 'z')),
        "ascii" => CodePointSet.Of((0, 0x7F)),
        "blank" => CodePointSet.Of(('\t', '\t'), (' ', ' ')),
        "cntrl" => CodePointSet.Of((0, 0x1F), (0x7F, 0x7F)),
        "digit" => CodePointSet.Of(('0', '9')),
        "graph" => CodePointSet.Of(('!', '~')),
        "lower" => CodePointSet.Of(('a', 'z')),
        "print" => CodePointSet.Of((' ', '~')),
        "punct" => CodePointSet.Of(('!', '/'), (':', '@'), ('[', '`'), ('{', '~')),
        "space" => CodePointSet.Of(('\t', '\r'), (' ', ' ')),
        "upper" => CodePointSet.Of(('A', 'Z')),
        "word" => Perl('w'),
        "xdigit" => CodePointSet.Of(('0', '9'), ('A', 'F'), ('a', 'f')),
        _ => null,
    };

    /// <summary>
    /// <c>L</c>, <c>Lu</c>, <c>Any</c>; null for what is not a general category. Only up to U+FFFF: beyond, a category is hundreds of ranges of
    /// pairs, which the engine needs seconds and megabytes for.
    /// </summary>
    public static CodePointSet? Category(string name)
    {
        if (name == "Any") return CodePointSet.All;
        if (name.Length is not (1 or 2)) return null;
        var set = Categories.GetOrAdd(name, Build);
        return set.Ranges.IsEmpty ? null : set;
    }

    private static CodePointSet Build(string name)
    {
        var wanted = Enum.GetValues<UnicodeCategory>().Where(c => Abbreviation(c).StartsWith(name, StringComparison.Ordinal)).ToHashSet();
        if (wanted.Count == 0) return CodePointSet.Of();
        return CodePointSet.Of(Enumerable.Range(0, 0x10000).Where(c => wanted.Contains(CharUnicodeInfo.GetUnicodeCategory(c))).Select(c => (c, c)));
    }

    // RE2 has no name for unassigned code points (Cn), and \pC leaves them out.
    private static string Abbreviation(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => "Lu",
        UnicodeCategory.LowercaseLetter => "Ll",
        UnicodeCategory.TitlecaseLetter => "Lt",
        UnicodeCategory.ModifierLetter => "Lm",
        UnicodeCategory.OtherLetter => "Lo",
        UnicodeCategory.NonSpacingMark => "Mn",
        UnicodeCategory.SpacingCombiningMark => "Mc",
        UnicodeCategory.EnclosingMark => "Me",
        UnicodeCategory.DecimalDigitNumber => "Nd",
        UnicodeCategory.LetterNumber => "Nl",
        UnicodeCategory.OtherNumber => "No",
        UnicodeCategory.SpaceSeparator => "Zs",
        UnicodeCategory.LineSeparator => "Zl",
        UnicodeCategory.ParagraphSeparator => "Zp",
        UnicodeCategory.Control => "Cc",
        UnicodeCategory.Format => "Cf",
        UnicodeCategory.Surrogate => "Cs",
        UnicodeCategory.PrivateUse => "Co",
        UnicodeCategory.ConnectorPunctuation => "Pc",
        UnicodeCategory.DashPunctuation => "Pd",
        UnicodeCategory.OpenPunctuation => "Ps",
        UnicodeCategory.ClosePunctuation => "Pe",
        UnicodeCategory.InitialQuotePunctuation => "Pi",
        UnicodeCategory.FinalQuotePunctuation => "Pf",
        UnicodeCategory.OtherPunctuation => "Po",
        UnicodeCategory.MathSymbol => "Sm",
        UnicodeCategory.CurrencySymbol => "Sc",
        UnicodeCategory.ModifierSymbol => "Sk",
        UnicodeCategory.OtherSymbol => "So",
        _ => "",
    };
}
