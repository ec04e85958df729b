using System.Net;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Tests.Harness;
using HashPolicy = Envoy.Config.Route.V3.RouteAction.Types.HashPolicy;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Sidecar.Tests.Balancing;

/// <summary>Consistent hashing through a real proxy: what requests are hashed by, and the cookie it makes.</summary>
public sealed class AffinityTests
{
    private const string Name = "outbound|80||app.default.svc.cluster.local";

    [Theory]
    [InlineData(XdsCluster.Types.LbPolicy.RingHash)]
    [InlineData(XdsCluster.Types.LbPolicy.Maglev)]
    public async Task Header_DecidesTheEndpoint(object policy)
    {
        await using var farm = await Farm.StartAsync((XdsCluster.Types.LbPolicy)policy, new HashPolicy { Header = new() { HeaderName = "X-User" } });
        var places = new HashSet<string>();
        for (var user = 0; user < 12; user++)
        {
            var first = await farm.GetAsync("/", ("x-user", $"{user}"));
            for (var i = 0; i < 3; i++) Assert.Equal(first, await farm.GetAsync("/", ("x-user", $"{user}")));
            places.Add(first);
        }
        Assert.InRange(places.Count, 2, 3);
    }

    [Fact]
    public async Task QueryParameter_DecidesTheEndpoint()
    {
        await using var farm = await Farm.StartAsync(XdsCluster.Types.LbPolicy.RingHash, new HashPolicy { QueryParameter = new() { Name = "user" } });
        for (var user = 0; user < 5; user++)
            Assert.Equal(await farm.GetAsync($"/?user={user}"), await farm.GetAsync($"/other?a=b&user={user}&c"));
    }

    [Fact]
    public async Task SourceAddress_DecidesTheEndpoint()
    {
        await using var farm = await Farm.StartAsync(XdsCluster.Types.LbPolicy.Maglev, new HashPolicy { ConnectionProperties = new() { SourceIp = true } });
        var first = await farm.GetAsync("/");
        for (var i = 0; i < 10; i++) Assert.Equal(first, await farm.GetAsync("/"));
    }

    [Fact]
    public async Task Cookie_IsMadeWithItsAttributesAndLeadsBack()
    {
        var cookie = new HashPolicy.Types.Cookie { Name = "session", Ttl = Duration.FromTimeSpan(TimeSpan.FromMinutes(1)), Path = "/" };
        cookie.Attributes.Add(new HashPolicy.Types.CookieAttribute { Name = "SameSite", Value = "Strict" });
        await using var farm = await Farm.StartAsync(XdsCluster.Types.LbPolicy.RingHash, new HashPolicy { Cookie = cookie });
        using var response = await farm.Proxy.Http.GetAsync("/");
        var place = await response.Content.ReadAsStringAsync();
        var made = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.Matches("^session=\"[0-9a-f]{16}\"; Max-Age=60; Path=/; SameSite=Strict; HttpOnly$", made);
        var pair = made.Split(';')[0];
        for (var i = 0; i < 5; i++) Assert.Equal(place, await farm.GetAsync("/", ("Cookie", $"a=b; {pair}")));
        Assert.Equal(place, await farm.GetAsync("/", ("Cookie", pair.Replace("\"", "", StringComparison.Ordinal))));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Cookie", pair } } };
        using var known = await farm.Proxy.Http.SendAsync(request);
        Assert.False(known.Headers.Contains("Set-Cookie"));
    }

    private sealed class Farm : IAsyncDisposable
    {
        private readonly TestApp[] _apps;

        private Farm(TestApp[] apps, OutboundProxy proxy) => (_apps, Proxy) = (apps, proxy);

        public OutboundProxy Proxy { get; }

        public static async Task<Farm> StartAsync(XdsCluster.Types.LbPolicy policy, HashPolicy hash)
        {
            TestApp[] apps = [await TestApp.SayAsync("a"), await TestApp.SayAsync("b"), await TestApp.SayAsync("c")];
            return new Farm(apps, await OutboundProxy.StartAsync(
                Name, [.. apps.Select(a => a.Port)], cluster => cluster.LbPolicy = policy, (RouteAction action) => action.HashPolicy.Add(hash)));
        }

        public async Task<string> GetAsync(string path, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            foreach (var (name, value) in headers) request.Headers.Add(name, value);
            using var response = await Proxy.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return await response.Content.ReadAsStringAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await Proxy.DisposeAsync();
            foreach (var app in _apps) await app.DisposeAsync();
        }
    }
}
