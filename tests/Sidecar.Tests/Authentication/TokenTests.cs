using System.Globalization;
using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.JwtAuthn.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Type.Matcher.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.V1;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace Mesh.Sidecar.Tests.Authentication;

/// <summary>Envoy's jwt_authn filter as Istio configures it, through a real proxy.</summary>
public sealed class TokenTests : IDisposable
{
    private readonly TokenIssuer _issuer = new();

    public void Dispose() => _issuer.Dispose();

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    public async Task GoodToken_OfEachAlgorithm_Passes(string algorithm)
    {
        await using var app = await EchoAsync();
        await using var proxy = await StartAsync(app.Port, Filter());
        Assert.Equal((200, ""), await AskAsync(proxy, _issuer.Sign(Claims(), algorithm)));
        // From the cache.
        Assert.Equal((200, ""), await AskAsync(proxy, _issuer.Sign(Claims(), algorithm == "RS256" ? "RS256" : "RS384")));
    }

    public static TheoryData<string, string, int, string> Bad => new()
    {
        { "none", "", 401, "Jwt header [alg] is not supported" },
        { "HS256", "", 401, "Jwt header [alg] is not supported" },
        { "expired", "", 401, "Jwt is expired" },
        { "early", "", 401, "Jwt not yet valid" },
        { "issuer", "", 401, "Jwt issuer is not configured" },
        { "audience", "", 403, "Audiences in Jwt are not allowed" },
        { "no audience", "", 403, "Audiences in Jwt are not allowed" },
        { "forged", "", 401, "Jwt verification fails" },
        { "other key", "", 401, "Jwks doesn't have key to match kid or alg from Jwt" },
        { "crit", "", 401, "Jwt header [crit] is not supported" },
        { "long", "", 401, "Jwt is too long" },
        { "text", "", 401, "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections" },
        { "exp text", "", 401, "Jwt payload is an invalid JSON" },
        { "padding", "", 401, "Jwt payload is an invalid JSON" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task BadToken_IsRefusedAndSaysWhy(string what, string _, int status, string reason)
    {
        await using var app = await EchoAsync();
        await using var proxy = await StartAsync(app.Port, Filter(p => p.Audiences.Add(["shop", "bank"])));
        Assert.Equal((200, ""), await AskAsync(proxy, _issuer.Sign(Claims("\"aud\":[\"other\",\"bank\"]"))));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a?secret=1");
        request.Headers.TryAddWithoutValidation("authorization", "Bearer " + Make(what));
        using var response = await proxy.Client.SendAsync(request);
        Assert.Equal((status, reason), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Equal($"Bearer realm=\"http://127.0.0.1:{proxy.Port}/a\", error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal(1, app.Requests);
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Configuration.Tokens.Denied == 1);
    }

    [Theory]
    [InlineData(-50, 0, 200)] // within a minute of skew
    [InlineData(-70, 0, 401)]
    [InlineData(100, 50, 200)]
    [InlineData(100, 70, 401)]
    public async Task Times_HaveAMinuteOfSkew(int expires, int notBefore, int status)
    {
        await using var app = await EchoAsync();
        await using var proxy = await StartAsync(app.Port, Filter());
        Assert.Equal(status, (await AskAsync(proxy, _issuer.Sign($$"""{"iss":"https://issuer","exp":{{At(expires)}},"nbf":{{At(notBefore)}}}"""))).Status);
    }

    [Fact]
    public async Task MissingToken_Passes_AndPreflightsToo()
    {
        await using var app = await EchoAsync();
        await using var proxy = await StartAsync(app.Port, Filter());
        using var without = await proxy.Client.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, without.StatusCode);
        using var preflight = await proxy.SendAsync(HttpMethod.Options, "/", ("origin", "https://a"), ("access-control-request-method", "GET"), ("authorization", "Bearer x"));
        Assert.Equal(HttpStatusCode.OK, preflight.StatusCode);
        Assert.Equal(1, proxy.Proxy.Process.Configuration.Tokens.Preflights);
    }

    [Theory]
    [InlineData(false, "authorization", "Bearer ", null)]
    [InlineData(true, "authorization", "Bearer ", "Bearer ")]
    [InlineData(false, "x-token", "", null)]
    public async Task VerifiedToken_GoesOnOnlyWhereItIsForwarded(bool forward, string header, string prefix, string? expected)
    {
        await using var app = await EchoAsync(header);
        var token = _issuer.Sign(Claims());
        await using var proxy = await StartAsync(app.Port, Filter(p =>
        {
            p.Forward = forward;
            if (header != "authorization") p.FromHeaders.Add(new JwtHeader { Name = "X-Token" });
        }));
        using var response = await proxy.SendAsync(HttpMethod.Get, "/", (header, prefix + token));
        Assert.Equal(expected is null ? "absent" : expected + token, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/a?x=1&access_token=$&y=2", "/a?x=1&y=2")]
    [InlineData("/a?access_token=$&y=2", "/a?y=2")]
    [InlineData("/a?access_token=$", "/a")]
    public async Task TokenInAParameter_IsVerifiedAndTakenOut(string path, string expected)
    {
        await using var app = await TestApp.StartAsync(context => context.Response.WriteAsync(context.Request.Path + context.Request.QueryString));
        await using var proxy = await StartAsync(app.Port, Filter());
        Assert.Equal(expected, await proxy.Client.GetStringAsync(path.Replace("$", _issuer.Sign(Claims()))));
        using var bad = await proxy.Client.GetAsync(path.Replace("$", "a.b.c"));
        Assert.Equal(401, (int)bad.StatusCode);
    }

    [Fact]
    public async Task TokenInACookie_IsVerified()
    {
        await using var app = await EchoAsync();
        await using var proxy = await StartAsync(app.Port, Filter(p => p.FromCookies.Add("session")));
        using var good = await proxy.SendAsync(HttpMethod.Get, "/", ("cookie", "a=b; session=" + _issuer.Sign(Claims())));
        using var bad = await proxy.SendAsync(HttpMethod.Get, "/", ("cookie", "session=a.b.c"));
        using var elsewhere = await proxy.SendAsync(HttpMethod.Get, "/", ("authorization", "Bearer a.b.c"));
        Assert.Equal((200, 401, 200), ((int)good.StatusCode, (int)bad.StatusCode, (int)elsewhere.StatusCode));
    }

    [Fact]
    public async Task OutputHeaders_HaveTheClaims_AndNeverWhatTheClientWrote()
    {
        await using var app = await TestApp.StartAsync(context => context.Response.WriteAsync(
            string.Join('|', new[] { "x-payload", "x-user", "x-age", "x-admin", "x-list", "x-evil" }.Select(h => context.Request.Headers[h].ToString()))));
        await using var proxy = await StartAsync(app.Port, Filter(p =>
        {
            p.ForwardPayloadHeader = "x-payload";
            foreach (var (header, claim) in new[] { ("x-user", "user.name"), ("x-age", "age"), ("x-admin", "admin"), ("x-list", "list"), ("x-evil", "evil") })
                p.ClaimToHeaders.Add(new JwtClaimToHeader { HeaderName = header, ClaimName = claim });
        }));
        var claims = Claims("\"user\":{\"name\":\"ann\"},\"age\":42,\"admin\":true,\"list\":[1],\"evil\":\"a\\r\\nx-other: b\"");
        using var with = await proxy.SendAsync(HttpMethod.Get, "/", ("authorization", "Bearer " + _issuer.Sign(claims)), ("x-user", "root"), ("x-list", "root"));
        Assert.Equal(TokenIssuer.Encode(claims) + "|ann|42|true||", await with.Content.ReadAsStringAsync());
        using var without = await proxy.SendAsync(HttpMethod.Get, "/", ("x-user", "root"), ("x-payload", "root"));
        Assert.Equal("|||||", await without.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task TwoIssuersAtOnePlace_EitherMaySign_AndAThirdIsRefused()
    {
        using var second = new TokenIssuer();
        await using var app = await EchoAsync();
        var filter = Filter();
        var optional = new JwtRequirement { RequiresAll = new JwtRequirementAndList { Requirements = { Optional("one"), Optional("two") } } };
        filter.Providers.Add("two", new JwtProvider { Issuer = "https://second", LocalJwks = new DataSource { InlineString = second.Keys("k2") } });
        filter.Rules[0].Requires = new JwtRequirement { RequiresAny = new JwtRequirementOrList { Requirements = { Of("one"), Of("two"), optional } } };
        await using var proxy = await StartAsync(app.Port, filter);
        Assert.Equal(200, (await AskAsync(proxy, _issuer.Sign(Claims()))).Status);
        Assert.Equal(200, (await AskAsync(proxy, second.Sign("""{"iss":"https://second"}""", header: "\"kid\":\"k2\""))).Status);
        Assert.Equal((401, "Jwt issuer is not configured"), await AskAsync(proxy, _issuer.Sign("""{"iss":"https://third"}""")));
        // The second's name with the first's key.
        Assert.Equal(401, (await AskAsync(proxy, _issuer.Sign("""{"iss":"https://second"}""", header: ""))).Status);
        using var none = await proxy.Client.GetAsync("/");
        Assert.Equal(200, (int)none.StatusCode);
    }

    [Fact]
    public async Task NoKeysYet_EveryTokenIsRefused()
    {
        await using var app = await EchoAsync();
        await using var proxy = await StartAsync(app.Port, Filter(p => p.LocalJwks = new DataSource { InlineString = """{"keys":[]}""" }));
        Assert.Equal((401, "Jwks doesn't have any valid public key"), await AskAsync(proxy, _issuer.Sign(Claims())));
    }

    [Fact]
    public async Task RepeatedToken_IsCheckedOnce()
    {
        await using var app = await EchoAsync();
        await using var proxy = await StartAsync(app.Port, Filter());
        var token = _issuer.Sign(Claims());
        for (var i = 0; i < 5; i++) Assert.Equal(200, (await AskAsync(proxy, token)).Status);
        Assert.Equal((4, 1), (proxy.Proxy.Process.Configuration.Tokens.Hits, proxy.Proxy.Process.Configuration.Tokens.Misses));
    }

    public static TheoryData<string, string, bool> Matches => new()
    {
        // Claims of the token, path of the match, whether it matches "admin"
        { "\"group\":\"admin\"", "group", true },
        { "\"group\":\"user\"", "group", false },
        { "\"group\":[\"user\",\"admin\"]", "group", true },
        { "\"group\":[[\"admin\"]]", "group", false },
        { "\"a\":{\"b.c\":\"admin\"}", "a|b.c", true },
        { "\"a\":\"admin\"", "a|b", false },
        { "\"group\":true", "group", false },
        { "\"scope\":\"user admin\"", "scope", true },
        { "\"other\":\"user admin\"", "other", false },
    };

    [Theory]
    [MemberData(nameof(Matches))]
    public async Task Routes_ByClaim_AndNeverByAForgedHeader(string claims, string path, bool matches)
    {
        await using var special = await TestApp.SayAsync("special");
        await using var general = await TestApp.SayAsync("general");
        var claim = new MetadataMatcher { Filter = "envoy.filters.http.jwt_authn", Value = Either(new StringMatcher { Exact = "admin" }) };
        foreach (var key in path.Split('|').Prepend("payload")) claim.Path.Add(new MetadataMatcher.Types.PathSegment { Key = key });
        var routes = Xds.Routes("out", Xds.To("special", match: m => m.DynamicMetadata.Add(claim)), Xds.To("general"));
        await using var proxy = await OneProxy.StartAsync(routes, Authenticating(Filter(p => p.NormalizePayloadInMetadata = new JwtProvider.Types.NormalizePayload { SpaceDelimitedClaims = { "scope" } })),
            ("special", special.Port), ("general", general.Port));
        using var with = await proxy.SendAsync(HttpMethod.Get, "/", ("authorization", "Bearer " + _issuer.Sign(Claims(claims))));
        Assert.Equal(matches ? "special" : "general", await with.Content.ReadAsStringAsync());
        // The same connection, without the token: what the last request proved is not this one's.
        foreach (var forged in new[] { "x-request-auth-claims", "request.auth.claims." + path, "payload" })
        {
            using var without = await proxy.SendAsync(HttpMethod.Get, "/", (forged.Replace('|', '.'), "admin"));
            Assert.Equal("general", await without.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task ForgedHeader_WithTheNameOfTheClaimMatch_NeverReachesTheRoute()
    {
        await using var special = await TestApp.SayAsync("special");
        var claim = new MetadataMatcher { Filter = "envoy.filters.http.jwt_authn", Value = Either(new StringMatcher { Exact = "admin" }) };
        foreach (var key in new[] { "payload", "group" }) claim.Path.Add(new MetadataMatcher.Types.PathSegment { Key = key });
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", Xds.To("special", match: m => m.DynamicMetadata.Add(claim))), Authenticating(Filter()), ("special", special.Port));
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port);
        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n@request.auth.claims.group: admin\r\nConnection: close\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(client.GetStream());
        Assert.Matches("^HTTP/1.1 (400|404) ", await reader.ReadLineAsync());
        Assert.Equal(0, special.Requests);
    }

    [Fact]
    public async Task RateLimit_ByClaim_CountsEachSubject()
    {
        await using var app = await EchoAsync();
        var limits = new RateLimitFilter
        {
            Policies =
            {
                new LimitPolicy
                {
                    Name = "default/test",
                    Rules =
                    {
                        new LimitRule
                        {
                            Name = "subject", Requests = 1, Burst = 1, Per = Duration.FromTimeSpan(TimeSpan.FromHours(1)), MaxKeys = 10,
                            Keys = { new LimitKey { Attribute = LimitKey.Types.Attribute.Claim, Path = { "sub" } } },
                        },
                    },
                },
            },
        };
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", Xds.To("app")), manager =>
        {
            manager.HttpFilters.Insert(0, new HttpFilter { Name = "limits", TypedConfig = Xds.Pack(TypeUrls.RateLimit, limits) });
            Authenticating(Filter())(manager);
        }, ("app", app.Port));
        var statuses = new List<int>();
        foreach (var subject in new[] { "ann", "ann", "bob" }) statuses.Add((await AskAsync(proxy, _issuer.Sign(Claims($"\"sub\":\"{subject}\"")))).Status);
        Assert.Equal([200, 429, 200], statuses);
    }

    private string Make(string what)
    {
        const string Audience = "\"aud\":\"shop\"";
        var good = _issuer.Sign(Claims(Audience));
        switch (what)
        {
            case "none" or "HS256": return _issuer.Sign(Claims(Audience), what);
            case "expired": return _issuer.Sign($$"""{"iss":"https://issuer",{{Audience}},"exp":{{At(-3600)}}}""");
            case "early": return _issuer.Sign($$"""{"iss":"https://issuer",{{Audience}},"nbf":{{At(3600)}}}""");
            case "issuer": return _issuer.Sign($$"""{"iss":"https://other",{{Audience}}}""");
            case "audience": return _issuer.Sign(Claims("\"aud\":[\"other\"]"));
            case "no audience": return _issuer.Sign(Claims());
            case "other key": return _issuer.Sign(Claims(Audience), header: "\"kid\":\"k9\"");
            case "crit": return _issuer.Sign(Claims(Audience), header: "\"kid\":\"k1\",\"crit\":[\"b64\"]");
            case "long": return _issuer.Sign(Claims(Audience + $",\"x\":\"{new string('x', 16_000)}\""));
            case "exp text": return _issuer.Sign($$"""{"iss":"https://issuer",{{Audience}},"exp":"soon"}""");
            case "padding": return good.Insert(good.LastIndexOf('.'), "=");
            case "forged":
                var parts = good.Split('.');
                return $"{parts[0]}.{TokenIssuer.Encode(Claims(Audience + ",\"admin\":true"))}.{parts[2]}";
            default: return "no-token-at-all";
        }
    }

    private static ValueMatcher Either(StringMatcher value) => new()
    {
        OrMatch = new OrMatcher { ValueMatchers = { new ValueMatcher { StringMatch = value }, new ValueMatcher { ListMatch = new ListMatcher { OneOf = new ValueMatcher { StringMatch = value } } } } },
    };

    private static string Claims(string more = "") => $$"""{"iss":"https://issuer"{{(more.Length > 0 ? "," : "")}}{{more}}}""";

    private static string At(int seconds) => (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + seconds).ToString(CultureInfo.InvariantCulture);

    private static Task<TestApp> EchoAsync(string header = "x-none") =>
        TestApp.StartAsync(context => context.Response.WriteAsync(context.Request.Headers.TryGetValue(header, out var value) ? value.ToString() : header == "x-none" ? "" : "absent"));

    private static async Task<(int Status, string Body)> AskAsync(OneProxy proxy, string token)
    {
        using var response = await proxy.SendAsync(HttpMethod.Get, "/", ("authorization", "Bearer " + token));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private JwtAuthentication Filter(Action<JwtProvider>? change = null)
    {
        var provider = new JwtProvider { Issuer = "https://issuer", PayloadInMetadata = "payload", LocalJwks = new DataSource { InlineString = _issuer.Keys() } };
        change?.Invoke(provider);
        return new JwtAuthentication
        {
            BypassCorsPreflight = true, Providers = { ["one"] = provider },
            Rules = { new RequirementRule { Match = new RouteMatch { Prefix = "/" }, Requires = Optional("one") } },
        };
    }

    private static JwtRequirement Of(string provider) => new() { ProviderName = provider };

    private static JwtRequirement Optional(string provider) =>
        new() { RequiresAny = new JwtRequirementOrList { Requirements = { Of(provider), new JwtRequirement { AllowMissing = new Empty() } } } };

    private static Task<OneProxy> StartAsync(int app, JwtAuthentication filter) => OneProxy.StartAsync(Xds.Routes("out", Xds.To("app")), Authenticating(filter), ("app", app));

    private static Action<HttpConnectionManager> Authenticating(JwtAuthentication filter) =>
        manager => manager.HttpFilters.Insert(0, new HttpFilter { Name = "jwt", TypedConfig = Xds.Pack(TypeUrls.JwtAuthentication, filter) });
}
