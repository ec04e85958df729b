using System.Diagnostics;

namespace Mesh.Core.Tests.Validation;

public sealed class RegexRulesTests
{
    [Theory]
    [InlineData("/a/[^/]+/b")]
    [InlineData("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    [InlineData("(?i)^(a|b)*?$")]
    [InlineData("\\\\d{1,255}\\\\.\\\\w+")]
    [InlineData("a{0,1000}")]
    [InlineData("[[:alpha:]_][[:word:]]*")]
    [InlineData("[a-z-[aeiou]]")]
    [InlineData("(?P<id>[0-9]+)(?-i:x)")]
    public void Check_WhatRe2Accepts_IsAccepted(string pattern) => Assert.Empty(Problems(pattern));

    [Theory]
    [InlineData("(a)\\\\1")]
    [InlineData("a(?=b)")]
    [InlineData("(?<!a)b")]
    [InlineData("(?>a)b")]
    [InlineData("(a")]
    [InlineData("[a")]
    [InlineData("a**")]
    [InlineData("*")]
    [InlineData("[[:letters:]]")]
    [InlineData("(?#comment)a")]
    [InlineData("(?x) a")]
    [InlineData("((a{100}){100}){100}")]
    public void Check_WhatRe2OrWeCannotRun_IsRefused(string pattern) => Assert.Contains("not a usable regular expression", Assert.Single(Problems(pattern)), StringComparison.Ordinal);

    [Theory]
    [InlineData(500, "(", "a", ")*")]
    [InlineData(200, "(", "a?", "){2}")]
    [InlineData(300, "[a-z]{1,9}", "", "")]
    [InlineData(250, "\\\\w+", "", "")]
    public void Check_ExpensivePatterns_TakeNoTime(int times, string before, string middle, string after)
    {
        var started = Stopwatch.GetTimestamp();
        _ = Problems(string.Concat(Enumerable.Repeat(before, times)) + middle + string.Concat(Enumerable.Repeat(after, times)));

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    private static IEnumerable<string> Problems(string pattern) =>
        Read.Problems("VirtualService", $"hosts: [a]\nhttp: [{{match: [{{uri: {{regex: \"{pattern}\"}}}}], route: [{{destination: {{host: a}}}}]}}]");
}
