using System.Net;
using Envoy.Extensions.Filters.Http.Cors.V3;
using Envoy.Type.Matcher.V3;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace Mesh.Sidecar.Tests.Cors;

/// <summary>Envoy's CORS filter, as its source has it.</summary>
public sealed class CorsTests
{
    private const string Page = "https://shop.example.com";

    [Fact]
    public async Task Preflight_FromAllowedOrigin_IsAnsweredByTheProxy()
    {
        await using var app = await TestApp.SayAsync("never");
        await using var proxy = await StartAsync(app.Port, new CorsPolicy
        {
            AllowOriginStringMatch = { new StringMatcher { Exact = Page } }, AllowMethods = "GET,PUT", AllowHeaders = "x-a", ExposeHeaders = "x-b", MaxAge = "600",
            AllowCredentials = true,
        });
        using var response = await Preflight(proxy, Page);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Page, Header(response, "access-control-allow-origin"));
        Assert.Equal("GET,PUT", Header(response, "access-control-allow-methods"));
        Assert.Equal("x-a", Header(response, "access-control-allow-headers"));
        Assert.Equal("600", Header(response, "access-control-max-age"));
        Assert.Equal("true", Header(response, "access-control-allow-credentials"));
        // The answer passes the filter on its way out.
        Assert.Equal("x-b", Header(response, "access-control-expose-headers"));
        Assert.Equal(0, app.Requests);
        Assert.Equal("-", await proxy.FlagsAsync());
    }

    [Fact]
    public async Task Preflight_WithStars_RepeatsWhatWasAsked()
    {
        await using var app = await TestApp.SayAsync("never");
        await using var proxy = await StartAsync(app.Port, new CorsPolicy
        {
            AllowOriginStringMatch = { new StringMatcher { SafeRegex = new RegexMatcher { Regex = "https://.*\\.example\\.com" } } }, AllowMethods = "*", AllowHeaders = "*",
            AllowPrivateNetworkAccess = true,
        });
        using var response = await Preflight(
            proxy, Page, ("access-control-request-headers", "x-c,x-d"), ("access-control-request-private-network", "true"));
        Assert.Equal("PUT", Header(response, "access-control-allow-methods"));
        Assert.Equal("x-c,x-d", Header(response, "access-control-allow-headers"));
        Assert.Equal("true", Header(response, "access-control-allow-private-network"));
        Assert.Null(Header(response, "access-control-allow-credentials"));
    }

    [Theory]
    [InlineData(null, "app", null)]
    [InlineData(true, "app", null)]
    [InlineData(false, "", "GET")]
    public async Task Preflight_FromOtherOrigin_IsForwardedOrAnsweredWithoutOrigin(bool? forward, string body, string? methods)
    {
        await using var app = await TestApp.SayAsync("app");
        await using var proxy = await StartAsync(app.Port, new CorsPolicy
        {
            AllowOriginStringMatch = { new StringMatcher { Exact = Page } }, AllowMethods = "GET", ForwardNotMatchingPreflights = forward,
        });
        using var response = await Preflight(proxy, "https://evil.example");
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        Assert.Null(Header(response, "access-control-allow-origin"));
        Assert.Equal(methods, Header(response, "access-control-allow-methods"));
    }

    [Theory]
    [InlineData(Page, Page)]
    [InlineData("https://evil.example", null)]
    [InlineData("", null)]
    public async Task SimpleRequest_IsForwarded_AndMarkedForAllowedOriginsOnly(string origin, string? expected)
    {
        await using var app = await TestApp.StartAsync(c =>
        {
            if (origin == Page) c.Response.Headers.AccessControlAllowOrigin = "application's own";
            return c.Response.WriteAsync("app");
        });
        await using var proxy = await StartAsync(app.Port, new CorsPolicy { AllowOriginStringMatch = { new StringMatcher { Exact = Page } }, ExposeHeaders = "x-b", AllowCredentials = true });
        using var response = origin.Length > 0 ? await proxy.SendAsync(HttpMethod.Get, "/", ("origin", origin)) : await proxy.SendAsync(HttpMethod.Get, "/");
        Assert.Equal("app", await response.Content.ReadAsStringAsync());
        Assert.Equal(expected, Header(response, "access-control-allow-origin"));
        Assert.Equal(expected is null ? null : "x-b", Header(response, "access-control-expose-headers"));
    }

    [Fact]
    public async Task ExactStar_AllowsEveryOrigin()
    {
        await using var app = await TestApp.SayAsync("app");
        await using var proxy = await StartAsync(app.Port, new CorsPolicy { AllowOriginStringMatch = { new StringMatcher { Exact = "*" } } });
        using var response = await proxy.SendAsync(HttpMethod.Get, "/", ("origin", "https://any.example"));
        Assert.Equal("https://any.example", Header(response, "access-control-allow-origin"));
    }

    [Fact]
    public async Task OptionsWithoutRequestMethod_IsNoPreflight()
    {
        await using var app = await TestApp.SayAsync("app");
        await using var proxy = await StartAsync(app.Port, new CorsPolicy { AllowOriginStringMatch = { new StringMatcher { Exact = Page } } });
        using var response = await proxy.SendAsync(HttpMethod.Options, "/", ("origin", Page));
        Assert.Equal("app", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task ProxysOwnFailure_IsReadableByThePage()
    {
        await using var proxy = await StartAsync(FreePort.Next(), new CorsPolicy { AllowOriginStringMatch = { new StringMatcher { Exact = Page } } });
        using var response = await proxy.SendAsync(HttpMethod.Get, "/", ("origin", Page));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(Page, Header(response, "access-control-allow-origin"));
    }

    [Fact]
    public async Task RoutesPolicy_TakesWhatItLeavesOutFromItsVirtualHost()
    {
        await using var app = await TestApp.SayAsync("app");
        var routes = Routes(new CorsPolicy { AllowMethods = "GET" });
        routes.VirtualHosts[0].TypedPerFilterConfig.Add(
            "envoy.filters.http.cors", Pack(new CorsPolicy { AllowOriginStringMatch = { new StringMatcher { Exact = Page } }, AllowMethods = "PUT", MaxAge = "5" }));
        await using var proxy = await OneProxy.StartAsync(routes, ("v1", app.Port));
        using var response = await Preflight(proxy, Page);
        Assert.Equal("GET", Header(response, "access-control-allow-methods"));
        Assert.Equal("5", Header(response, "access-control-max-age"));
    }

    private static Task<OneProxy> StartAsync(int app, CorsPolicy policy) => OneProxy.StartAsync(Routes(policy), ("v1", app));

    private static Envoy.Config.Route.V3.RouteConfiguration Routes(CorsPolicy policy)
    {
        var route = Xds.To("v1");
        route.TypedPerFilterConfig.Add("envoy.filters.http.cors", Pack(policy));
        return Xds.Routes("out", route);
    }

    private static Google.Protobuf.WellKnownTypes.Any Pack(CorsPolicy policy) => Xds.Pack("type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy", policy);

    private static Task<HttpResponseMessage> Preflight(OneProxy proxy, string origin, params (string, string)[] more) =>
        proxy.SendAsync(HttpMethod.Options, "/", [("origin", origin), ("access-control-request-method", "PUT"), .. more]);

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? string.Join('|', values) : null;
}
