using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Tests.Http;

/// <summary>Rewrites, redirects and direct responses with Envoy's semantics.</summary>
public sealed class RouteActionTests
{
    [Theory]
    [InlineData("/shop/(\\d+)/item", "/items/\\1", "/shop/12/item?a=b", "/items/12?a=b")]
    [InlineData("o", "0", "/shop/on", "/sh0p/0n")]
    [InlineData("/(a)/(b)", "/\\2/$1\\0", "/a/b", "/b/$1/a/b")]
    [InlineData("x", "y", "/shop", "/shop")]
    public async Task RegexRewrite_ReplacesWhatThePatternFinds(string pattern, string substitution, string path, string expected)
    {
        await using var app = await TestApp.StartAsync(c => c.Response.WriteAsync(c.Features.Get<IHttpRequestFeature>()!.RawTarget + " " + c.Request.Headers["x-envoy-original-path"]));
        var rewrite = new RegexMatchAndSubstitute { Pattern = new RegexMatcher { Regex = pattern }, Substitution = substitution };
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", Xds.To("v1", a => a.RegexRewrite = rewrite)), ("v1", app.Port));
        Assert.Equal($"{expected} {path}", await proxy.Client.GetStringAsync(path));
    }

    [Theory]
    [InlineData("\\2", "(a)")]
    [InlineData("a\\", "(a)")]
    [InlineData("\\x", "(a)")]
    public async Task RegexRewrite_WithASubstitutionThatIsNone_IsRefused(string substitution, string pattern)
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", Xds.To("v1")), ("v1", app.Port));
        var rewrite = new RegexMatchAndSubstitute { Pattern = new RegexMatcher { Regex = pattern }, Substitution = substitution };
        proxy.Agent.Set(TypeUrls.RouteConfiguration, "out", Xds.Routes("out", Xds.To("v1", a => a.RegexRewrite = rewrite)));
        await Eventually.TrueAsync(() => !proxy.Agent.Nacks.IsEmpty);
        Assert.Contains("substitution", proxy.Agent.Nacks.First().Message);
    }

    [Fact]
    public async Task PrefixRewrite_OfARegexMatch_ReplacesTheWholePath()
    {
        await using var app = await TestApp.StartAsync(c => c.Response.WriteAsync(c.Request.Path + c.Request.QueryString));
        var route = Xds.To("v1", a => a.PrefixRewrite = "/new", m => m.SafeRegex = new RegexMatcher { Regex = "/shop/.*" });
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", route), ("v1", app.Port));
        Assert.Equal("/new?a=b", await proxy.Client.GetStringAsync("/shop/1?a=b"));
    }

    public static TheoryData<RedirectAction, string, string> Redirects => new()
    {
        { new RedirectAction { HostRedirect = "other" }, "shop:8080", "http://other/a/b?c=d" },
        { new RedirectAction { HttpsRedirect = true }, "shop:80", "https://shop/a/b?c=d" },
        { new RedirectAction { HttpsRedirect = true }, "shop:8080", "https://shop:8080/a/b?c=d" },
        { new RedirectAction { SchemeRedirect = "https", PortRedirect = 8443 }, "shop:80", "https://shop:8443/a/b?c=d" },
        { new RedirectAction { PortRedirect = 81 }, "[::1]:80", "http://[::1]:81/a/b?c=d" },
        { new RedirectAction { PathRedirect = "/x" }, "shop", "http://shop/x?c=d" },
        { new RedirectAction { PathRedirect = "/x?y=z", StripQuery = true }, "shop", "http://shop/x?y=z" },
        { new RedirectAction { PathRedirect = "/x", StripQuery = true }, "shop", "http://shop/x" },
        { new RedirectAction { PrefixRewrite = "/x" }, "shop", "http://shop/x/b?c=d" },
        { new RedirectAction { RegexRewrite = new RegexMatchAndSubstitute { Pattern = new RegexMatcher { Regex = "/(a)/(b)" }, Substitution = "/\\2/\\1" } }, "shop", "http://shop/b/a?c=d" },
    };

    [Theory]
    [MemberData(nameof(Redirects))]
    public async Task Redirect_BuildsTheLocationAsEnvoyDoes(RedirectAction redirect, string host, string location)
    {
        var route = new Route { Match = new RouteMatch { Prefix = "/a" }, Redirect = redirect };
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", route));
        using var response = await proxy.SendAsync(HttpMethod.Get, "/a/b?c=d", ("host", host));
        Assert.Equal(HttpStatusCode.MovedPermanently, response.StatusCode);
        Assert.Equal(location, response.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData(4096, null, true)]
    [InlineData(4097, null, false)]
    [InlineData(5000, 5000u, true)]
    public async Task DirectResponse_BodyHasALimit(int size, uint? limit, bool accepted)
    {
        var direct = new Route { Match = new RouteMatch { Prefix = "/" }, DirectResponse = new DirectResponseAction { Status = 418, Body = new DataSource { InlineString = new string('a', size) } } };
        var routes = Xds.Routes("out", direct);
        routes.MaxDirectResponseBodySizeBytes = limit;
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", Xds.To("v1")), ("v1", app.Port));
        proxy.Agent.Set(TypeUrls.RouteConfiguration, "out", routes);
        if (accepted)
        {
            await Eventually.TrueAsync(() => proxy.Client.GetAsync("/").GetAwaiter().GetResult().StatusCode == (HttpStatusCode)418);
            return;
        }
        await Eventually.TrueAsync(() => !proxy.Agent.Nacks.IsEmpty);
        Assert.Contains("direct_response.body has 4097 bytes, more than 4096", proxy.Agent.Nacks.First().Message);
    }

    [Fact]
    public async Task StatPrefix_CountsByStatusClass()
    {
        var route = new Route { StatPrefix = "tea", Match = new RouteMatch { Prefix = "/" }, DirectResponse = new DirectResponseAction { Status = 418 } };
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", route));
        using var first = await proxy.Client.GetAsync("/");
        using var second = await proxy.Client.GetAsync("/");
        var series = proxy.Proxy.Process.Configuration.RouteStatistics.For("all", "tea");
        await Eventually.TrueAsync(() => series.Of(4) == 2);
        var text = new System.Text.StringBuilder();
        proxy.Proxy.Process.Configuration.RouteStatistics.Append(text);
        Assert.Contains("mesh_sidecar_route_requests_total{virtual_host=\"all\",stat_prefix=\"tea\",response_code_class=\"4xx\"} 2\n", text.ToString());
    }
}
