using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;
using Action = Envoy.Config.Core.V3.HeaderValueOption.Types.HeaderAppendAction;

namespace Mesh.Sidecar.Tests.Http;

/// <summary>Envoy's header mutations: order of levels and of operations, and its substitutions.</summary>
public sealed class HeaderMutationTests
{
    [Theory]
    [InlineData("%REQ(x-a)%", "1")]
    [InlineData("%REQ(X-A)%", "1")]
    [InlineData("%REQ(x-none?x-a)%", "1")]
    [InlineData("%REQ(x-long):3%", "abc")]
    [InlineData("%REQ(:path)% %REQ(:method)%", "/p?q=1 GET")]
    [InlineData("%REQ(:authority)%", "shop:80")]
    [InlineData("%PROTOCOL%", "HTTP/1.1")]
    [InlineData("%ROUTE_NAME%", "the-route")]
    [InlineData("%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%", "127.0.0.1")]
    [InlineData("%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT%", "127.0.0.1")]
    [InlineData("%UPSTREAM_CLUSTER%", "v1")]
    [InlineData("100%%", "100%")]
    [InlineData("[%REQ(x-none)%]", "[]")]
    public async Task RequestHeader_IsSubstituted(string value, string expected) => Assert.Equal(expected, await EchoedAsync(Add("x-out", value)));

    [Theory]
    [InlineData("%REQ(x-none)%")]
    [InlineData("%DOWNSTREAM_PEER_URI_SAN%")]
    [InlineData("%RESP(x-any)%")]
    [InlineData("")]
    public async Task EmptyValue_AddsNoHeader(string value) => Assert.Equal("absent", await EchoedAsync(Add("x-out", value)));

    [Fact]
    public async Task EmptyValue_ThatIsKept_IsAHeader()
    {
        var option = Add("x-out", "");
        option.KeepEmptyValue = true;
        Assert.Equal("", await EchoedAsync(option));
    }

    [Theory]
    [InlineData(false, "route,host,config")]
    [InlineData(true, "config,host,route")]
    public async Task Appends_OfAllLevels_FollowEnvoysOrder(bool mostSpecificWins, string expected)
    {
        var routes = Routes(Add("x-out", "route"));
        routes.MostSpecificHeaderMutationsWins = mostSpecificWins;
        routes.RequestHeadersToAdd.Add(Add("x-out", "config"));
        routes.VirtualHosts[0].RequestHeadersToAdd.Add(Add("x-out", "host"));
        Assert.Equal(expected, await EchoedAsync(routes));
    }

    [Theory]
    [InlineData(false, "route")]
    [InlineData(true, "target")]
    public async Task Overwrite_ByTargetAndRoute_LastEvaluatedWins(bool mostSpecificWins, string expected)
    {
        var routes = Routes(Set("x-out", "route"));
        routes.MostSpecificHeaderMutationsWins = mostSpecificWins;
        routes.VirtualHosts[0].Routes[0].Route_.WeightedClusters = new WeightedCluster
        {
            Clusters = { new WeightedCluster.Types.ClusterWeight { Name = "v1", Weight = 1, RequestHeadersToAdd = { Set("x-out", "target") } } },
        };
        Assert.Equal(expected, await EchoedAsync(routes));
    }

    [Fact]
    public async Task OneLevel_RemovesThenOverwritesThenAdds_AndSeesHeadersAsTheyWere()
    {
        var routes = Routes(Add("x-out", "add-%REQ(x-a)%"), Set("x-out", "set"), Set("x-a", "changed"));
        Assert.Equal("set,add-1", await EchoedAsync(routes));
        var removing = Routes(Add("x-a", "2"));
        removing.VirtualHosts[0].Routes[0].RequestHeadersToRemove.Add("X-A");
        Assert.Equal("2", await EchoedAsync(removing, "x-a"));
    }

    [Theory]
    [InlineData(Action.AddIfAbsent, "1")]
    [InlineData(Action.OverwriteIfExists, "new")]
    [InlineData(Action.AppendIfExistsOrAdd, "1,new")]
    public async Task AppendAction_OnAHeaderThatIsThere(Action action, string expected) =>
        Assert.Equal(expected, await EchoedAsync(Routes(new HeaderValueOption { Header = new HeaderValue { Key = "x-a", Value = "new" }, AppendAction = action }), "x-a"));

    [Theory]
    [InlineData(Action.AddIfAbsent, "new")]
    [InlineData(Action.OverwriteIfExists, "absent")]
    public async Task AppendAction_OnAHeaderThatIsNotThere(Action action, string expected) =>
        Assert.Equal(expected, await EchoedAsync(new HeaderValueOption { Header = new HeaderValue { Key = "x-out", Value = "new" }, AppendAction = action }));

    [Fact]
    public async Task Authority_IsWritten_UnlessTheRouteRewritesTheHostItself()
    {
        Assert.Equal("other-1", await EchoedAsync(Routes(Set(":authority", "other-%REQ(x-a)%")), "host"));
        var literal = Routes(Set("host", "other"));
        literal.VirtualHosts[0].Routes[0].Route_.HostRewriteLiteral = "literal";
        Assert.Equal("literal", await EchoedAsync(literal, "host"));
    }

    [Fact]
    public async Task ResponseHeader_KnowsRequestResponseAndEndpoint()
    {
        await using var app = await TestApp.StartAsync(c =>
        {
            c.Response.Headers["x-app"] = "said";
            return c.Response.WriteAsync("ok");
        });
        var routes = Routes();
        foreach (var (name, value) in new[] { ("x-1", "%RESP(x-app)%"), ("x-2", "%UPSTREAM_HOST%"), ("x-3", "%RESPONSE_CODE% %RESPONSE_FLAGS% %UPSTREAM_REQUEST_ATTEMPT_COUNT%"), ("x-4", "%REQ(x-a)%") })
            routes.VirtualHosts[0].Routes[0].ResponseHeadersToAdd.Add(Add(name, value));
        await using var proxy = await OneProxy.StartAsync(routes, ("v1", app.Port));
        using var response = await proxy.SendAsync(HttpMethod.Get, "/", ("x-a", "1"));
        Assert.Equal(["said", $"127.0.0.1:{app.Port}", "200 - 1", "1"], new[] { "x-1", "x-2", "x-3", "x-4" }.Select(n => response.Headers.GetValues(n).Single()));
    }

    [Fact]
    public async Task PeerUriSan_IsTheIdentityThatThePeerProved()
    {
        await using var app = await TestApp.StartAsync(c => c.Response.WriteAsync(c.Request.Headers["x-out"].ToString()));
        await using var pair = await Pair.StartAsync(app.Port);
        var route = Xds.To("inbound|8080||");
        route.RequestHeadersToAdd.Add(Add("x-out", "%DOWNSTREAM_PEER_URI_SAN%"));
        pair.Server.Agent.Set(TypeUrls.RouteConfiguration, "in", Xds.Routes("in", route));
        await Eventually.TrueAsync(() => pair.Http.GetStringAsync("/").GetAwaiter().GetResult() == "spiffe://cluster.local/ns/default/sa/client");
    }

    [Theory]
    [InlineData("x-out", "%NOBODY%", "%NOBODY% is not known")]
    [InlineData("x-out", "50%", "no substitution begins")]
    [InlineData(":path", "/", "cannot be set")]
    public async Task UnknownSubstitution_RefusesTheRoutesByName(string name, string value, string reason)
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await OneProxy.StartAsync(Routes(), ("v1", app.Port));
        proxy.Agent.Set(TypeUrls.RouteConfiguration, "out", Routes(Add(name, value)));
        await Eventually.TrueAsync(() => !proxy.Agent.Nacks.IsEmpty);
        Assert.Contains(reason, proxy.Agent.Nacks.First().Message);
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
    }

    [Fact]
    public async Task DirectResponseAndRedirect_GetTheRoutesResponseHeaders()
    {
        var direct = new Route { Match = new RouteMatch { Path = "/direct" }, DirectResponse = new DirectResponseAction { Status = 200 }, ResponseHeadersToAdd = { Add("x-out", "%REQ(x-a)%") } };
        var redirect = new Route { Match = new RouteMatch { Prefix = "/" }, Redirect = new RedirectAction { PathRedirect = "/there" }, ResponseHeadersToAdd = { Add("x-out", "b") } };
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", direct, redirect));
        using var first = await proxy.SendAsync(HttpMethod.Get, "/direct", ("x-a", "1"));
        Assert.Equal("1", first.Headers.GetValues("x-out").Single());
        using var second = await proxy.SendAsync(HttpMethod.Get, "/here");
        Assert.Equal("b", second.Headers.GetValues("x-out").Single());
        Assert.Equal(HttpStatusCode.MovedPermanently, second.StatusCode);
    }

    private static Task<string> EchoedAsync(HeaderValueOption option) => EchoedAsync(Routes(option));

    private static async Task<string> EchoedAsync(RouteConfiguration routes, string header = "x-out")
    {
        await using var app = await TestApp.StartAsync(c => c.Response.WriteAsync(
            c.Request.Headers.TryGetValue(header, out var values) ? values.ToString() : "absent"));
        await using var proxy = await OneProxy.StartAsync(routes, ("v1", app.Port));
        using var response = await proxy.SendAsync(HttpMethod.Get, "/p?q=1", ("host", "shop:80"), ("x-a", "1"), ("x-long", "abcdef"));
        // HttpClient joins values for HTTP/1.1 with a blank.
        return (await response.Content.ReadAsStringAsync()).Replace(", ", ",", StringComparison.Ordinal);
    }

    private static RouteConfiguration Routes(params HeaderValueOption[] options)
    {
        var route = Xds.To("v1");
        route.Name = "the-route";
        route.RequestHeadersToAdd.Add(options);
        return Xds.Routes("out", route);
    }

    private static HeaderValueOption Add(string name, string value) => new() { Header = new HeaderValue { Key = name, Value = value } };

    private static HeaderValueOption Set(string name, string value) => new()
    {
        Header = new HeaderValue { Key = name, Value = value }, AppendAction = Action.OverwriteIfExistsOrAdd,
    };
}
