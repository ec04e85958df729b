using Mesh.Core.Identity;

namespace Mesh.Core.Tests.Identity;

public sealed class SpiffeIdTests
{
    [Fact]
    public void ForWorkload_ParsedBack_IsEqualAndNamesTheWorkload()
    {
        var id = SpiffeId.ForWorkload("cluster.local", "shop", "cart");

        Assert.True(SpiffeId.TryParse("spiffe://cluster.local/ns/shop/sa/cart", out var parsed));
        Assert.Equal(id, parsed);
        Assert.True(parsed.TryGetWorkload(out var space, out var account));
        Assert.Equal(("shop", "cart"), (space, account));
        Assert.False(parsed.TryGetAgent(out _));
        Assert.False(parsed.IsReplica);
    }

    [Fact]
    public void ForAgent_ParsedBack_NamesTheNodeAndNoWorkload()
    {
        Assert.True(SpiffeId.TryParse(SpiffeId.ForAgent("td", "node-1").ToString(), out var id));
        Assert.True(id.TryGetAgent(out var node));
        Assert.Equal("node-1", node);
        Assert.False(id.TryGetWorkload(out _, out _));
        Assert.True(SpiffeId.ForReplica("td", "cluster-0").IsReplica);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("spiffe://td")]
    [InlineData("spiffe://td/")]
    [InlineData("spiffe:///ns/a/sa/b")]
    [InlineData("SPIFFE://td/a")]
    [InlineData("https://td/a")]
    [InlineData("spiffe://TD/a")]
    [InlineData("spiffe://td:80/a")]
    [InlineData("spiffe://user@td/a")]
    [InlineData("spiffe://td/a/")]
    [InlineData("spiffe://td/a//b")]
    [InlineData("spiffe://td/a/../b")]
    [InlineData("spiffe://td/a/./b")]
    [InlineData("spiffe://td/a?b")]
    [InlineData("spiffe://td/a#b")]
    [InlineData("spiffe://td/a%2fb")]
    [InlineData("spiffe://td/é")]
    public void TryParse_NotASpiffeId_Fails(string? text) => Assert.False(SpiffeId.TryParse(text, out _));

    [Fact]
    public void TryParse_LongerThanTheSpecificationAllows_Fails() =>
        Assert.False(SpiffeId.TryParse("spiffe://td/" + new string('a', 2048), out _));

    [Theory]
    [InlineData("a/b", "c")]
    [InlineData("..", "c")]
    [InlineData("a", "")]
    public void ForWorkload_NamesThatWouldForgeAPath_Throws(string space, string account) =>
        Assert.Throws<ArgumentException>(() => SpiffeId.ForWorkload("td", space, account));

    [Theory]
    [InlineData("spiffe://td/ns/a/sa/b/c")]
    [InlineData("spiffe://td/ns/a/b/c")]
    [InlineData("spiffe://td/x/ns/a/sa")]
    public void TryGetWorkload_ForeignPath_Fails(string text)
    {
        Assert.True(SpiffeId.TryParse(text, out var id));
        Assert.False(id.TryGetWorkload(out _, out _));
    }
}
