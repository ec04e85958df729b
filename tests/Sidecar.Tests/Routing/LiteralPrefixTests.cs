using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Tests.Routing;

public sealed class LiteralPrefixTests
{
    [Theory]
    [InlineData("/users/[0-9]+", "/users/")]
    [InlineData("/users", "/users")]
    [InlineData("/users/?", "/users")]
    [InlineData("/users/*", "/users")]
    [InlineData("/users/{0,2}x", "/users")]
    [InlineData("/users/+", "/users/")]
    [InlineData("/v1.2/x", "/v1")]
    [InlineData(@"/v1\.2/x", "/v1")]
    [InlineData("/a/(b|c)", "")]
    [InlineData("/a|/b", "")]
    [InlineData("(?i)/a", "")]
    [InlineData("^/a", "")]
    [InlineData(".*", "")]
    [InlineData("a?", "")]
    [InlineData("", "")]
    public void Of_Expression_IsWhatAllItsMatchesBeginWith(string expression, string expected) => Assert.Equal(expected, LiteralPrefix.Of(expression));
}
