using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Tests.Routing;

public sealed class RouteTableTests
{
    private static readonly RouteTable Table = new("t",
        [Host("exact", "reviews", "reviews:9080"), Host("wide", "*.example.com"), Host("wider", "*.a.example.com"), Host("prefix", "api.*"), Host("any", "*")], ignorePort: false);

    [Theory]
    [InlineData("reviews", "exact")]
    [InlineData("REVIEWS:9080", "exact")]
    [InlineData("reviews:1", "any")]
    [InlineData("x.example.com", "wide")]
    [InlineData("x.a.example.com", "wider")]
    [InlineData("api.anything", "prefix")]
    [InlineData("example.com", "any")]
    public void FindHost_PicksTheMostSpecificDomain(string host, string expected) => Assert.Equal(expected, Table.FindHost(host)!.Name);

    [Fact]
    public void FindHost_IgnoringPort_MatchesWithAnyPort()
    {
        var table = new RouteTable("t", [Host("one", "shop.example.com")], ignorePort: true);
        Assert.NotNull(table.FindHost("shop.example.com:8443"));
        Assert.Null(table.FindHost("other.example.com:8443"));
    }

    [Theory]
    [InlineData("[::1]:80", "[::1]")]
    [InlineData("[::1]", "[::1]")]
    [InlineData("a:80", "a")]
    [InlineData("a", "a")]
    public void WithoutPort_KeepsIPv6(string host, string expected) => Assert.Equal(expected, RouteTable.WithoutPort(host).ToString());

    [Theory]
    [InlineData(PathMatchKind.SegmentPrefix, "/api", "/api/v1", true)]
    [InlineData(PathMatchKind.SegmentPrefix, "/api", "/apis", false)]
    [InlineData(PathMatchKind.Prefix, "/api", "/apis", true)]
    [InlineData(PathMatchKind.Exact, "/api", "/api/", false)]
    [InlineData(PathMatchKind.Regex, "/v[0-9]+", "/v12", true)]
    [InlineData(PathMatchKind.Regex, "/v[0-9]+", "/v12/x", false)]
    internal void PathMatch_FollowsEnvoy(PathMatchKind kind, string text, string path, bool expected) =>
        Assert.Equal(expected, new PathMatch(kind, text, caseSensitive: true).IsMatch(path));

    [Theory]
    [InlineData("a=1&b=2", "b", "2", true)]
    [InlineData("a=1&b=2&b=3", "b", "3", false)]
    [InlineData("ab=2", "b", "2", false)]
    public void QueryMatch_TakesTheFirstOfAName(string query, string name, string value, bool expected) =>
        Assert.Equal(expected, new QueryMatch(name, new StringMatch(StringMatchKind.Exact, value), present: true).IsMatch(query));

    [Theory]
    [InlineData("/a/b?x=1", "/a/b?x=1")]
    [InlineData("http://host:80/a?b", "/a?b")]
    [InlineData("http://host", "/")]
    [InlineData("http://host?x", "/?x")]
    public void OriginForm_StripsSchemeAndAuthority(string target, string expected) => Assert.Equal(expected, RequestPath.OriginForm(target));

    [Theory]
    [InlineData("/a/../b", true, "/b")]
    [InlineData("/%61%2Fb", true, "/a%2Fb")]
    [InlineData("/a/%2e%2e/b", true, "/b")]
    [InlineData("/../a", true, "/a")]
    [InlineData("/xyz/.././../abc", true, "/abc")]
    [InlineData("/%zz", true, "/%zz")]
    [InlineData("/100%", true, "/100%")]
    [InlineData("/xyz/.%00../abc", false, "")]
    [InlineData("/a%%00/abc", false, "")]
    [InlineData("/a/./", true, "/a/")]
    [InlineData("/a/..", true, "/")]
    [InlineData("/a\\b", true, "/a/b")]
    [InlineData("/a//b", true, "/a//b")]
    public void TryNormalize_RemovesDotsAsEnvoyDoes(string path, bool ok, string expected)
    {
        Assert.Equal(ok, RequestPath.TryNormalize(path, mergeSlashes: false, out var normalized));
        if (ok) Assert.Equal(expected, normalized);
    }

    [Fact]
    public void PathRewrite_ReplacesPrefixOrPattern()
    {
        var prefix = new PathMatch(PathMatchKind.Prefix, "/api/", true);
        Assert.Equal("/v1", new PathRewrite("/", null, "").Apply(prefix, "/api/v1"));
        Assert.Equal("/b/a", new PathRewrite(null, SafeRegex.CompileSearch("^/(a)/(b)$"), "/${2}/${1}").Apply(prefix, "/a/b"));
    }

    [Fact]
    public void SafeRegex_RefusesWhatIsNotLinear() => Assert.ThrowsAny<NotSupportedException>(() => SafeRegex.Compile("(a)\\1"));

    private static (VirtualHostModel, IReadOnlyList<string>) Host(string name, params string[] domains) => (new VirtualHostModel(name, []), domains);
}
