using System.Net;
using Envoy.Config.Rbac.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Type.Matcher.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.V1;
using Mesh.Sidecar.Tests.Harness;
using Attribute = Mesh.Protocol.V1.LimitKey.Types.Attribute;

namespace Mesh.Sidecar.Tests.RateLimits;

/// <summary>Limits on requests through real proxies. Periods are of hours, so that no test depends on how long it takes.</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task Limit_Exceeded_AnswersForTheApplicationAndSaysWhen()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, Limits(Rule("all", 2)));
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
        using var response = await proxy.Client.GetAsync("/");
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal("local_rate_limited", await response.Content.ReadAsStringAsync());
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(25), TimeSpan.FromMinutes(30));
        Assert.Equal("2", Header(response, "x-ratelimit-limit"));
        Assert.Equal("0", Header(response, "x-ratelimit-remaining"));
        Assert.InRange(int.Parse(Header(response, "x-ratelimit-reset")!, System.Globalization.CultureInfo.InvariantCulture), 3300, 3600);
        Assert.Equal(2, app.Requests);
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Metrics.Requests.Any(r => r.Labels.Contains("response_flags=\"RL\"") && r.Labels.Contains("response_code=\"429\"")));
        var counters = proxy.Proxy.Process.Configuration.RateLimits.Counters("default/test", "all");
        Assert.Equal((2, 1, 0), (counters.Admitted, counters.Refused, counters.Shadowed));
    }

    [Fact]
    public async Task Limit_OfAGrpcCall_IsResourceExhausted()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, Limits(new LimitResponse { Status = 429, RetryAfter = true, Body = "slow down", HeadersToAdd = { ["content-type"] = "text/html", ["x-why"] = "limit" } }, Rule("all", 1)));
        using var first = await proxy.Client.GetAsync("/");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/svc/Call") { Content = new ByteArrayContent([]) };
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        using var response = await proxy.Client.SendAsync(request);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("8", Header(response, "grpc-status"));
        Assert.Equal("slow down", Header(response, "grpc-message"));
        Assert.Equal("limit", Header(response, "x-why"));
        Assert.Equal("application/grpc", response.Content.Headers.ContentType!.ToString());
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Limit_WithItsOwnResponse_IsAnsweredSo()
    {
        await using var app = await TestApp.SayAsync("ok");
        var answer = new LimitResponse
        {
            Status = 503, Body = "{}", LimitHeaders = LimitResponse.Types.Headers.Draft, HeadersToAdd = { ["content-type"] = "application/json", ["x-why"] = "limit" },
        };
        await using var proxy = await StartAsync(app.Port, Limits(answer, Rule("all", 1)));
        using var first = await proxy.Client.GetAsync("/");
        using var response = await proxy.Client.GetAsync("/");
        Assert.Equal(503, (int)response.StatusCode);
        Assert.Equal("{}", await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("limit", Header(response, "x-why"));
        Assert.Null(response.Headers.RetryAfter);
        Assert.Null(Header(response, "x-ratelimit-limit"));
        Assert.Equal("\"all\";q=1;w=3600", Header(response, "ratelimit-policy"));
        Assert.StartsWith("\"all\";r=0;t=", Header(response, "ratelimit"));
    }

    [Theory]
    [InlineData(Attribute.Header, "x-user", "x-user")]
    [InlineData(Attribute.Cookie, "user", "cookie")]
    public async Task Keys_OfDifferentCallers_HaveBucketsOfTheirOwn(Attribute attribute, string path, string header)
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, Limits(Rule("user", 1, r => r.Keys.Add(new LimitKey { Attribute = attribute, Path = { path } }))));
        string Value(string user) => header == "cookie" ? $"a=b; user={user}; c=d" : user;
        Assert.Equal((int[])[200, 429, 200, 429, 200, 429], new[]
        {
            await StatusAsync(proxy, "/", (header, Value("ann"))), await StatusAsync(proxy, "/", (header, Value("ann"))),
            await StatusAsync(proxy, "/", (header, Value("bob"))), await StatusAsync(proxy, "/", (header, Value("bob"))),
            // Those without are one caller.
            await StatusAsync(proxy, "/"), await StatusAsync(proxy, "/", ("x-other", "1")),
        });
    }

    [Fact]
    public async Task Keys_OfPathAndMethod_IgnoreTheQuery()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, Limits(Rule("path", 1, r => r.Keys.Add([new LimitKey { Attribute = Attribute.Path }, new LimitKey { Attribute = Attribute.Method }]))));
        Assert.Equal((int[])[200, 429, 200], new[] { await StatusAsync(proxy, "/a?x=1"), await StatusAsync(proxy, "/a?x=2"), await StatusAsync(proxy, "/b") });
        using var post = await proxy.SendAsync(HttpMethod.Delete, "/a");
        Assert.Equal(200, (int)post.StatusCode);
    }

    [Fact]
    public async Task Keys_MoreThanTheTableHolds_ForgetTheLongestUnused()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, Limits(Rule("user", 1, r =>
        {
            r.Keys.Add(new LimitKey { Attribute = Attribute.Header, Path = { "x-user" } });
            r.MaxKeys = 2;
        })));
        foreach (var user in new[] { "a", "b", "c" }) Assert.Equal(200, await StatusAsync(proxy, "/", ("x-user", user)));
        Assert.Equal(429, await StatusAsync(proxy, "/", ("x-user", "c")));
        Assert.Equal(200, await StatusAsync(proxy, "/", ("x-user", "a")));
        Assert.Equal(2, proxy.Proxy.Process.Configuration.RateLimits.Counters("default/test", "user").Evicted);
        var text = new System.Text.StringBuilder();
        proxy.Proxy.Process.Configuration.RateLimits.Append(text);
        Assert.Contains("mesh_sidecar_rate_limit_keys{policy=\"default/test\",rule=\"user\"} 2\n", text.ToString());
        Assert.Contains("mesh_sidecar_rate_limit_evicted_keys_total{policy=\"default/test\",rule=\"user\"} 2\n", text.ToString());
        Assert.Contains("mesh_sidecar_rate_limit_requests_total{policy=\"default/test\",rule=\"user\",result=\"refused\"} 1\n", text.ToString());
    }

    [Fact]
    public async Task TwoRules_BothMustAdmit_AndARefusalCostsTheOtherNothing()
    {
        await using var app = await TestApp.SayAsync("ok");
        var narrow = Rule("writes", 1, r => r.Match = Operation(new Permission { UrlPath = new PathMatcher { Path = new StringMatcher { Prefix = "/write" } } }));
        await using var proxy = await StartAsync(app.Port, Limits(Rule("all", 3), narrow));
        Assert.Equal(200, await StatusAsync(proxy, "/write"));
        for (var i = 0; i < 5; i++) Assert.Equal(429, await StatusAsync(proxy, "/write"));
        Assert.Equal((int[])[200, 200, 429], new[] { await StatusAsync(proxy, "/read"), await StatusAsync(proxy, "/read"), await StatusAsync(proxy, "/read") });
    }

    [Fact]
    public async Task Shadow_RefusesNothing_AndCounts()
    {
        await using var app = await TestApp.SayAsync("ok");
        var filter = Limits(Rule("all", 1));
        filter.Policies[0].Shadow = true;
        await using var proxy = await StartAsync(app.Port, filter);
        for (var i = 0; i < 3; i++) Assert.Equal(200, await StatusAsync(proxy, "/"));
        var counters = proxy.Proxy.Process.Configuration.RateLimits.Counters("default/test", "all");
        Assert.Equal((1, 0, 2), (counters.Admitted, counters.Refused, counters.Shadowed));
    }

    [Fact]
    public async Task PolicyChanged_RulesThatAreAsBefore_KeepTheirBuckets()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, Limits(Rule("same", 2, r => r.Match = ForPath("/same")), Rule("other", 1, r => r.Match = ForPath("/other"))));
        Assert.Equal((int[])[200, 200, 200, 429], new[] { await StatusAsync(proxy, "/same"), await StatusAsync(proxy, "/same"), await StatusAsync(proxy, "/other"), await StatusAsync(proxy, "/other") });
        var listener = proxy.Proxy.Process.Configuration.Listeners["out"];
        var before = listener.Model;
        proxy.Agent.Set(TypeUrls.Listener, "out", OneProxy.Listener(proxy.Port, Limiting(
            Limits(Rule("same", 2, r => r.Match = ForPath("/same")), Rule("other", 2, r => r.Match = ForPath("/other")), Rule("new", 5)))));
        await Eventually.TrueAsync(() => !ReferenceEquals(before, listener.Model));
        using var fresh = new HttpClient { BaseAddress = proxy.Client.BaseAddress };
        foreach (var (path, expected) in new[] { ("/same", 429), ("/other", 200) })
        {
            using var response = await fresh.GetAsync(path);
            Assert.Equal(expected, (int)response.StatusCode);
        }
    }

    [Fact]
    public async Task OnAdmitted_ResponsesOfTheApplication_TellWhatIsLeft()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, Limits(new LimitResponse { OnAdmitted = true }, Rule("wide", 100), Rule("narrow", 5)));
        using var response = await proxy.Client.GetAsync("/");
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(("5", "4"), (Header(response, "x-ratelimit-limit"), Header(response, "x-ratelimit-remaining")));
    }

    [Fact]
    public async Task Hosts_OfATarget_LeaveOthersAlone()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, Limits(Rule("all", 1, r => r.Hosts.Add(["shop.test", "*.shop.test"]))));
        Assert.Equal((int[])[200, 429, 429, 200, 200], new[]
        {
            await StatusAsync(proxy, "/", ("host", "shop.test:8080")), await StatusAsync(proxy, "/", ("host", "SHOP.test")), await StatusAsync(proxy, "/", ("host", "a.shop.test")),
            await StatusAsync(proxy, "/", ("host", "myshop.test")), await StatusAsync(proxy, "/", ("host", "other.test")),
        });
    }

    [Fact]
    public async Task RequestsWithoutARoute_AreLimitedToo()
    {
        await using var app = await TestApp.SayAsync("ok");
        var routes = Xds.Routes("out", Xds.To("app", match: m => m.Prefix = "/there"));
        await using var proxy = await OneProxy.StartAsync(routes, Limiting(Limits(Rule("all", 2))), ("app", app.Port));
        Assert.Equal((int[])[404, 404, 429], new[] { await StatusAsync(proxy, "/"), await StatusAsync(proxy, "/"), await StatusAsync(proxy, "/") });
    }

    [Fact]
    public async Task Inbound_CallersByIdentity_AreLimitedByTheirCertificate()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var pair = await Pair.StartAsync(app.Port);
        await LimitInboundAsync(pair, Limits(
            Rule("client", 1, r => r.Match = From("spiffe://cluster.local/ns/default/sa/client")),
            Rule("other", 1, r => r.Match = From("spiffe://cluster.local/ns/default/sa/other"))));
        // What callers say of themselves is of no account.
        Assert.Equal(200, await StatusAsync(pair, "ann"));
        Assert.Equal(429, await StatusAsync(pair, "bob"));
        Assert.Equal(1, app.Requests);
        Assert.Equal(0, pair.Server.Process.Configuration.RateLimits.Counters("default/test", "other").Refused);
    }

    [Theory]
    [InlineData(Attribute.SourcePrincipal)]
    [InlineData(Attribute.SourceNamespace)]
    [InlineData(Attribute.SourceServiceAccount)]
    [InlineData(Attribute.SourceIp)]
    public async Task Inbound_KeyedByTheCaller_OneCallerHasOneBucket(Attribute attribute)
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var pair = await Pair.StartAsync(app.Port);
        await LimitInboundAsync(pair, Limits(Rule("caller", 2, r => r.Keys.Add(new LimitKey { Attribute = attribute }))));
        Assert.Equal((int[])[200, 200, 429], new[] { await StatusAsync(pair, "a"), await StatusAsync(pair, "b"), await StatusAsync(pair, "c") });
    }

    private static async Task LimitInboundAsync(Pair pair, RateLimitFilter filter)
    {
        var listener = pair.Server.Process.Configuration.Listeners["in"];
        var before = listener.Model;
        var limited = Xds.Http("in", pair.InboundPort, "in", Envoy.Config.Core.V3.TrafficDirection.Inbound, Xds.DownstreamTls());
        var manager = HttpConnectionManager.Parser.ParseFrom(limited.FilterChains[0].Filters[0].TypedConfig.Value);
        Limiting(filter)(manager);
        limited.FilterChains[0].Filters[0].TypedConfig = Xds.Pack(TypeUrls.HttpConnectionManager, manager);
        pair.Server.Agent.Set(TypeUrls.Listener, "in", limited);
        await Eventually.TrueAsync(() => !ReferenceEquals(before, listener.Model));
    }

    private static async Task<int> StatusAsync(Pair pair, string user)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("x-user", user);
        request.Headers.Add("x-forwarded-client-cert", "URI=spiffe://cluster.local/ns/default/sa/" + user);
        using var response = await pair.Http.SendAsync(request);
        return (int)response.StatusCode;
    }

    private static async Task<int> StatusAsync(OneProxy proxy, string path, params (string Name, string Value)[] headers)
    {
        using var response = await proxy.SendAsync(HttpMethod.Get, path, headers);
        return (int)response.StatusCode;
    }

    private static Task<OneProxy> StartAsync(int app, RateLimitFilter filter) =>
        OneProxy.StartAsync(Xds.Routes("out", Xds.To("app")), Limiting(filter), ("app", app));

    private static Action<HttpConnectionManager> Limiting(RateLimitFilter filter) =>
        manager => manager.HttpFilters.Insert(0, new HttpFilter { Name = "limits", TypedConfig = Xds.Pack(TypeUrls.RateLimit, filter) });

    private static RateLimitFilter Limits(params LimitRule[] rules) => Limits(new LimitResponse { Status = 429, RetryAfter = true }, rules);

    private static RateLimitFilter Limits(LimitResponse response, params LimitRule[] rules) =>
        new() { Policies = { new LimitPolicy { Name = "default/test", Response = response, Rules = { rules } } } };

    private static LimitRule Rule(string name, uint requests, Action<LimitRule>? change = null)
    {
        var rule = new LimitRule { Name = name, Requests = requests, Burst = requests, Per = Duration.FromTimeSpan(TimeSpan.FromHours(1)), MaxKeys = 100 };
        change?.Invoke(rule);
        return rule;
    }

    private static Policy ForPath(string path) => Operation(new Permission { UrlPath = new PathMatcher { Path = new StringMatcher { Exact = path } } });

    private static Policy Operation(Permission permission) => new() { Permissions = { permission }, Principals = { new Principal { Any = true } } };

    private static Policy From(string principal) => new()
    {
        Permissions = { new Permission { Any = true } },
        Principals = { new Principal { Authenticated = new Principal.Types.Authenticated { PrincipalName = new StringMatcher { Exact = principal } } } },
    };

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
