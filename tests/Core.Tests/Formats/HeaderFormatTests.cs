using Mesh.Core.Formats;

namespace Mesh.Core.Tests.Formats;

public sealed class HeaderFormatTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("100%%", "100%")]
    [InlineData("%%REQ(a)%%", "%REQ(a)%")]
    public void TryParse_Text_IsConstant(string text, string expected)
    {
        Assert.True(HeaderFormat.TryParse(text, out var format, out _));
        Assert.Equal(expected, format.Constant);
    }

    [Theory]
    [InlineData("a%REQ(X?:path):7%b", "'a' REQ(X?:path):7 'b'")]
    [InlineData("%DOWNSTREAM_PEER_URI_SAN%", "DOWNSTREAM_PEER_URI_SAN()")]
    [InlineData("%START_TIME(%Y/%m/%d %3f)%", "START_TIME(%Y/%m/%d %3f)")]
    [InlineData("%START_TIME%%PROTOCOL%", "START_TIME() PROTOCOL()")]
    public void TryParse_Substitutions_AreTakenApart(string text, string expected)
    {
        Assert.True(HeaderFormat.TryParse(text, out var format, out var problem), problem);
        Assert.Null(format.Constant);
        Assert.Equal(expected, string.Join(' ', format.Parts.Select(p => p.IsLiteral ? $"'{p.Text}'" : $"{p.Text}({p.Argument}){(p.MaxLength is { } limit ? $":{limit}" : "")}")));
    }

    [Theory]
    [InlineData("50%", "no substitution begins at its character 3")]
    [InlineData("%req(a)%", "no substitution begins at its character 1")]
    [InlineData("%REQ(a)", "no substitution begins at its character 1")]
    [InlineData("%REQ(a):x%", "no substitution begins at its character 1")]
    [InlineData("%NOBODY%", "%NOBODY% is not known; known are ")]
    [InlineData("%REQ%", "%REQ% takes a header's name")]
    [InlineData("%REQ(a?b?c)%", "%REQ% takes a header's name")]
    [InlineData("%REQ(?b)%", "%REQ% takes a header's name")]
    [InlineData("%PROTOCOL(x)%", "%PROTOCOL% takes no argument")]
    [InlineData("%ENVIRONMENT()%", "%ENVIRONMENT% takes a name")]
    [InlineData("%START_TIME(%Q)%", "the time format '%Q' has a conversion other than")]
    [InlineData("%START_TIME(%3Y)%", "the time format '%3Y' has a conversion other than")]
    [InlineData("%START_TIME(%)%", "the time format '%' has a conversion other than")]
    public void TryParse_Malformed_SaysWhere(string text, string problem)
    {
        Assert.False(HeaderFormat.TryParse(text, out _, out var actual));
        Assert.StartsWith(problem, actual);
    }

    [Theory]
    [InlineData("", "2026-02-03T04:05:06.078Z")]
    [InlineData("%s", "1770091506")]
    [InlineData("%3s", "1770091506078")]
    [InlineData("%F %T %1f%% %j %y%z %Z", "2026-02-03 04:05:06 0% 034 26+0000 UTC")]
    [InlineData("%9f", "078901200")]
    public void TimeFormat_FollowsStrftime(string format, string expected)
    {
        Assert.True(TimeFormat.IsKnown(format));
        Assert.Equal(expected, TimeFormat.Write(format, new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero).AddTicks(789012)));
    }
}
