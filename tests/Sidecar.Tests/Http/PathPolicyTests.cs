using System.Net;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Mesh.Sidecar.Http;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Tests.Http;

public sealed class PathPolicyTests
{
    [Theory]
    [InlineData(false, false, EscapedSlashes.Keep, "/a//b/../c%2Fd?x=/../y", "/a//b/../c%2Fd?x=/../y")]
    [InlineData(true, false, EscapedSlashes.Keep, "/a//b/../c%2Fd?x=/../y", "/a//c%2Fd?x=/../y")]
    [InlineData(true, true, EscapedSlashes.Keep, "/a//b/../c%2Fd", "/a/c%2Fd")]
    [InlineData(false, true, EscapedSlashes.Keep, "/a//b/../c//", "/a/b/../c/")]
    [InlineData(true, true, EscapedSlashes.Unescape, "/a%2F%2e%2E%2fb%5Cc", "/b/c")]
    [InlineData(true, false, EscapedSlashes.Unescape, "/%2Fa?%2F", "//a?%2F")]
    internal void Apply_FollowsEnvoysOrder(bool normalize, bool merge, EscapedSlashes escaped, string target, string expected)
    {
        Assert.Equal(PathVerdict.Accept, new PathPolicy(normalize, merge, escaped).Apply(ref target));
        Assert.Equal(expected, target);
    }

    [Theory]
    [InlineData(EscapedSlashes.Reject, "/a%2fb", PathVerdict.Reject)]
    [InlineData(EscapedSlashes.Reject, "/a%20b", PathVerdict.Accept)]
    [InlineData(EscapedSlashes.Redirect, "/a%5Cb", PathVerdict.Redirect)]
    [InlineData(EscapedSlashes.Keep, "/a%00b", PathVerdict.Reject)]
    internal void Apply_JudgesEscapedSlashesAndNulls(EscapedSlashes escaped, string target, PathVerdict expected) =>
        Assert.Equal(expected, new PathPolicy(true, false, escaped).Apply(ref target));

    [Fact]
    public async Task EscapedSlash_WithRedirect_IsSentToThePathAsItShouldBe()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", Xds.To("v1")), m =>
        {
            m.NormalizePath = true;
            m.PathWithEscapedSlashesAction = HttpConnectionManager.Types.PathWithEscapedSlashesAction.UnescapeAndRedirect;
        }, ("v1", app.Port));
        using var response = await proxy.Client.GetAsync("/a%2Fb?c");
        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Equal("/a/b?c", response.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("shop.", "shop")]
    [InlineData("shop.:80", "shop:80")]
    [InlineData("SHOP:80", "SHOP:80")]
    public async Task TrailingDotOfHost_IsStripped(string host, string expected)
    {
        await using var app = await TestApp.StartAsync(c => c.Response.WriteAsync($"{c.Request.Headers.Host} {c.Features.Get<IHttpRequestFeature>()!.RawTarget}"));
        var routes = Xds.Routes("out", Xds.To("v1"));
        routes.VirtualHosts[0].Domains.Clear();
        routes.VirtualHosts[0].Domains.Add(["shop", "shop:80"]);
        await using var proxy = await OneProxy.StartAsync(routes, m => m.StripTrailingHostDot = true, ("v1", app.Port));
        using var response = await proxy.SendAsync(HttpMethod.Get, "/", ("host", host));
        Assert.Equal($"{expected} /", await response.Content.ReadAsStringAsync());
    }
}
