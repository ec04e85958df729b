using System.Diagnostics;
using Mesh.Core.Regexes;

namespace Mesh.Core.Tests.Regexes;

/// <summary>What RE2's own library says to the same expressions and texts.</summary>
public sealed class Re2Tests
{
    [Theory]
    [InlineData(@"\d+", "12", true)]
    [InlineData(@"\d", "\u0663", false)]
    [InlineData(@"\w", "\u00e9", false)]
    [InlineData(@"\W", "\u00e9", true)]
    [InlineData(@"\s", "\v", false)]
    [InlineData(@"[[:space:]]", "\v", true)]
    [InlineData(@"[[:word:]]+", "a_1", true)]
    [InlineData(@"[[:^alpha:]\d]", "1", true)]
    [InlineData(@"a$", "a\n", false)]
    [InlineData(@"(?m)a$\nb", "a\nb", true)]
    [InlineData(@"a.b", "a\nb", false)]
    [InlineData(@"(?s)a.b", "a\nb", true)]
    [InlineData(@"[^a]", "\n", true)]
    [InlineData(@".", "\U0001F600", true)]
    [InlineData(@"..", "\U0001F600", false)]
    [InlineData(@"[^a]{2}", "\U0001F600", false)]
    [InlineData(@".+.+", "\U0001F600", false)]
    [InlineData(@".*.*", "\U0001F600", true)]
    [InlineData(@"[\x{1F600}-\x{1F60E}]", "\U0001F604", true)]
    [InlineData(@"[\x{1F600}-\x{1F60E}]", "\U0001F610", false)]
    [InlineData(@"[\x{10001}-\x{10BFE}]", "\U00010000", false)]
    [InlineData(@"[\x{10001}-\x{10BFE}]", "\U00010001", true)]
    [InlineData(@"[\x{10001}-\x{10BFE}]", "\U00010400", true)]
    [InlineData(@"[\x{10001}-\x{10BFE}]", "\U00010BFE", true)]
    [InlineData(@"[\x{10001}-\x{10BFE}]", "\U00010BFF", false)]
    [InlineData(@"[\x{10000}-\x{107FF}]", "\U000107FF", true)]
    [InlineData(@"[\x{10000}-\x{107FF}]", "\U00010800", false)]
    [InlineData(@"[^\x{10400}-\x{10FFFF}]", "\U000103FF", true)]
    [InlineData(@"[^\x{10400}-\x{10FFFF}]", "\U0010FFFF", false)]
    [InlineData(@"\x{1F600}?", "", true)]
    [InlineData(@"(?i)k", "\u212A", true)]
    [InlineData(@"(?i)straSSe", "STRASSE", true)]
    [InlineData(@"(?i)\w", "\u017F", true)]
    [InlineData(@"(?i)[^k]", "K", false)]
    [InlineData(@"(?i)\x{e9}", "\u00c9", true)]
    [InlineData(@"(?i:a)b", "Ab", true)]
    [InlineData(@"(?i:a)b", "AB", false)]
    [InlineData(@"(?i)a(?-i)b", "AB", false)]
    [InlineData(@"(a(?i)b)c", "aBC", false)]
    [InlineData(@"[a-z-[aeiou]]", "-]", true)]
    [InlineData(@"[a-z-[aeiou]]", "b", false)]
    [InlineData(@"[]a]", "]", true)]
    [InlineData(@"[a\-z]", "-", true)]
    [InlineData(@"[\d-z]", "-", true)]
    [InlineData(@"\Qa.b*\E+", "a.b**", true)]
    [InlineData(@"\Qa.b", "axb", false)]
    [InlineData(@"\101\x42\x{43}", "ABC", true)]
    [InlineData(@"\pL\pN", "\u4e2d\u0663", true)]
    [InlineData(@"\p{Lu}", "a", false)]
    [InlineData(@"\p{^Lu}", "a", true)]
    [InlineData(@"\PL", "\U0001F600", true)]
    [InlineData(@"(?P<x>a)(?<y>b)", "ab", true)]
    [InlineData(@"a{,2}", "a{,2}", true)]
    [InlineData(@"a{2,}", "aaa", true)]
    [InlineData(@"a{1000}", "a", false)]
    [InlineData(@"\Aa\z", "a", true)]
    [InlineData(@"(|a)b", "b", true)]
    [InlineData(@"^*a", "a", true)]
    [InlineData(@"\_\-\/", "_-/", true)]
    [InlineData(@"(?U)a+?", "aaa", true)]
    [InlineData(@"(?)a", "a", true)]
    public void ToFullMatch_AnExpression_MatchesAsInRe2(string pattern, string text, bool matches)
    {
        Assert.True(Re2.TryParse(pattern, out var parsed, out var error), error);
        Assert.Equal(matches, parsed.ToFullMatch().IsMatch(text));
    }

    [Theory]
    [InlineData(@"(a)\1", "back-references are not of RE2: they do not run in linear time")]
    [InlineData(@"(?=a)", "look-around is not of RE2: it does not run in linear time")]
    [InlineData(@"(?<!a)b", "look-around is not of RE2: it does not run in linear time")]
    [InlineData(@"(?>a)", "atomic groups are not of RE2")]
    [InlineData(@"(?#a)", "comments are not of RE2")]
    [InlineData(@"(?(1)a)", "conditionals are not of RE2")]
    [InlineData(@"(?P=a)", "references to groups are not of RE2: they do not run in linear time")]
    [InlineData(@"(?x)a", "options other than i, m, s and U after \"(?\" are not of RE2")]
    [InlineData(@"(?i-)a", "\"(?\" without \")\" or \":\" after its options")]
    [InlineData(@"a**", "\"**\" repeats a repetition")]
    [InlineData(@"a{2}{3}", "\"{2}{3}\" repeats a repetition")]
    [InlineData(@"*a", "nothing before \"*\" that could be repeated")]
    [InlineData(@"a|+", "nothing before \"+\" that could be repeated")]
    [InlineData(@"a{1001}", "\"{1001}\" is more than 1000 repetitions")]
    [InlineData(@"a{2,1}", "\"{2,1}\" ends before it starts")]
    [InlineData(@"(a{100}){11}", "repetitions of more than 1000, multiplied with those inside")]
    [InlineData(@"(((a{10}){10}){10}){2}", "repetitions of more than 1000, multiplied with those inside")]
    [InlineData(@"[z-a]", "the range z-a ends before it starts")]
    [InlineData(@"[a", "an opening bracket without a closing one")]
    [InlineData(@"[[:letter:]]", "there is no class [:letter:]")]
    [InlineData(@"(a", "an opening parenthesis without a closing one")]
    [InlineData(@"a)", "a closing parenthesis without an opening one")]
    [InlineData(@"a\", "a backslash at the end")]
    [InlineData(@"\Z", @"\Z is not of RE2; use \z")]
    [InlineData(@"\h", @"\h is not of RE2")]
    [InlineData(@"\y", @"\y stands for nothing")]
    [InlineData(@"\C", @"\C matches single bytes of a character, which text here does not have")]
    [InlineData(@"\p{Greek}", @"\p{Greek} is not supported; use a general category such as \pL or \p{Lu}, or a range of characters")]
    [InlineData(@"\x{110000}", @"\x without two hexadecimal digits, or a character's number in braces, after it")]
    [InlineData(@"(?P<a>b)(?P<a>c)", "two groups are named a")]
    [InlineData(@"(?P<a-b>c)", "a group's name is not of letters, digits and underscores, followed by \">\"")]
    public void TryParse_WhatRe2OrWeCannotRun_SaysWhy(string pattern, string reason)
    {
        Assert.False(Re2.TryParse(pattern, out _, out var error));
        Assert.Equal(reason, error);
    }

    [Fact]
    public void TryParse_HalfOfACharacter_IsRefused()
    {
        Assert.False(Re2.TryParse("a" + (char)0xD83D, out _, out var error));
        Assert.Equal("contains half of a character", error);
    }

    [Theory]
    [InlineData("[^/]{0,1000}", "characters beyond U+FFFF are counted twice")]
    [InlineData("([^/]{1,255}/){3}", "characters beyond U+FFFF are counted twice")]
    [InlineData("[a-z]{1,1000}", null)]
    public void TryParse_LargeCounts_AreTakenAtThePriceOfExactness(string pattern, string? difference)
    {
        Assert.True(Re2.TryParse(pattern, out var parsed, out var error), error);
        Assert.Equal(difference, parsed.Difference);
        Assert.Matches(parsed.ToFullMatch(), "abc/abc/abc/"[..(pattern[0] == '(' ? 12 : 3)]);
    }

    [Theory]
    [InlineData("[^/]{1,1000}[^/]{1,1000}")]
    [InlineData("((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+")]
    [InlineData("([a-z]{1,30}){40}")]
    public void TryParse_TooLarge_IsRefused(string pattern)
    {
        Assert.False(Re2.TryParse(pattern, out _, out var error));
        Assert.Contains("repetitions", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"\ba\b", true)]
    [InlineData(@"[\pL]", true)]
    [InlineData(@"[a-z]+\d", false)]
    public void Difference_OnlyWhereTheEnginesDiffer_IsSaid(string pattern, bool differs)
    {
        Assert.True(Re2.TryParse(pattern, out var parsed, out _));
        Assert.Equal(differs, parsed.Difference is not null);
    }

    [Fact]
    public void ToSearch_NamedGroups_KeepRe2sNumbers()
    {
        Assert.True(Re2.TryParse("(?P<b>x)(y)(?P<a>z)", out var parsed, out _));

        var match = parsed.ToSearch().Match("-xyz-");

        Assert.Equal(["b", "", "a"], parsed.GroupNames);
        Assert.Equal(["xyz", "x", "y", "z"], match.Groups.Values.Select(g => g.Value));
    }

    [Fact]
    public void TryParse_IgnoringCase_IsAsWithTheOption()
    {
        Assert.True(Re2.TryParse("/a[b-d]", out var parsed, out _, ignoreCase: true));
        Assert.Matches(parsed.ToFullMatch(), "/AC");
    }

    [Theory]
    [InlineData("", "a?", "", 300)]
    [InlineData("(", "a", ")*", 240)]
    [InlineData("", "[^/]{1,30}/", "", 90)]
    [InlineData("", "(x+x+)+y", "", 100)]
    [InlineData("(a|aa|", "b", ")+", 100)]
    [InlineData("", "[0-9a-f]{1,49}", "", 70)]
    [InlineData("", @"\pL\PN", "", 100)]
    [InlineData("", ".{0,9}a", "", 120)]
    public void ToFullMatch_HostileExpressionAndText_TakesLittleTime(string open, string middle, string close, int times)
    {
        var repeat = open.Length == 0 ? 1 : times;
        var pattern = string.Concat(Enumerable.Repeat(open, repeat)) + string.Concat(Enumerable.Repeat(middle, open.Length == 0 ? times : 1)) + string.Concat(Enumerable.Repeat(close, repeat));
        var started = Stopwatch.GetTimestamp();

        if (Re2.TryParse(pattern, out var parsed, out _)) _ = parsed.ToFullMatch().IsMatch(new string('a', 8000) + "!");

        // Under a second; what is not linear would not end at all. Between the two there is room for the busiest machine.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromMinutes(5));
    }
}
