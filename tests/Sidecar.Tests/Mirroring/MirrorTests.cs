using System.Collections.Concurrent;
using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Type.V3;
using Mesh.Sidecar.Mirroring;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace Mesh.Sidecar.Tests.Mirroring;

public sealed class MirrorTests
{
    [Fact]
    public async Task Copy_HasPathHeadersAndBody_AndAHostOfItsOwn()
    {
        var copies = new ConcurrentQueue<string>();
        await using var mirror = await TestApp.StartAsync(async c =>
        {
            using var reader = new StreamReader(c.Request.Body);
            copies.Enqueue($"{c.Request.Method} {c.Request.Host}{c.Request.Path}{c.Request.QueryString} {c.Request.Headers["x-a"]} {await reader.ReadToEndAsync()}");
            c.Response.StatusCode = 500;
        });
        await using var app = await TestApp.StartAsync(async c =>
        {
            using var reader = new StreamReader(c.Request.Body);
            await c.Response.WriteAsync(await reader.ReadToEndAsync());
        });
        await using var proxy = await StartAsync(app.Port, mirror.Port);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/a%2Fb?c=d") { Content = new StringContent("hello"), Headers = { Host = "shop:80" } };
        request.Headers.Add("x-a", "b");
        using var response = await proxy.Client.SendAsync(request);
        Assert.Equal("hello", await response.Content.ReadAsStringAsync());
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Mirrors is { Sent: 1, Active: 0 });
        Assert.Equal("POST shop-shadow:80/a%2Fb?c=d b hello", Assert.Single(copies));
    }

    [Theory]
    [InlineData("shop", "shop-shadow")]
    [InlineData("shop:80", "shop-shadow:80")]
    [InlineData("[::1]:80", "[::1]-shadow:80")]
    public void Shadow_StandsBeforeThePort(string host, string expected) => Assert.Equal(expected, MirrorRequest.Shadow(host));

    [Fact]
    public async Task Mirror_ThatNeverAnswers_DoesNotHoldTheCallerBack()
    {
        var never = new TaskCompletionSource();
        await using var mirror = await TestApp.StartAsync(async c => await Task.WhenAny(never.Task, Aborted(c)));
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, mirror.Port);
        for (var i = 0; i < 20; i++) Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
        await Eventually.TrueAsync(() => mirror.Requests == 20);
        Assert.Equal(20, proxy.Proxy.Process.Mirrors.Active);
        never.SetResult();
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Mirrors.Active == 0);
    }

    [Fact]
    public async Task Mirror_ThatIsDown_IsCountedOnly()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, FreePort.Next());
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
        using var posted = await proxy.Client.PostAsync("/", new ByteArrayContent(new byte[100_000]));
        Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Mirrors.Failed + proxy.Proxy.Process.Mirrors.Cut == 2);
        Assert.Equal("-", await proxy.FlagsAsync());
    }

    [Fact]
    public async Task Mirror_ThatDoesNotReadALargeBody_IsCut_AndTheCallerIsNot()
    {
        var never = new TaskCompletionSource();
        await using var mirror = await TestApp.StartAsync(async c => await Task.WhenAny(never.Task, Aborted(c)));
        await using var app = await TestApp.StartAsync(async c =>
        {
            long count = 0;
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await c.Request.Body.ReadAsync(buffer)) > 0) count += read;
            await c.Response.WriteAsync(count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        });
        await using var proxy = await StartAsync(app.Port, mirror.Port);
        // More than sockets and windows hold between them.
        const int size = 60_000_000;
        using var response = await proxy.Client.PostAsync("/", new ByteArrayContent(new byte[size]));
        Assert.Equal("60000000", await response.Content.ReadAsStringAsync());
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Mirrors is { Cut: 1, Active: 0 });
        never.SetResult();
    }

    [Fact]
    public async Task Share_IsHeld()
    {
        await using var mirror = await TestApp.SayAsync("copy");
        await using var app = await TestApp.SayAsync("ok");
        var fraction = new RuntimeFractionalPercent
        {
            DefaultValue = new FractionalPercent { Numerator = 250_000, Denominator = FractionalPercent.Types.DenominatorType.Million },
        };
        await using var proxy = await StartAsync(app.Port, mirror.Port, p => p.RuntimeFraction = fraction);
        for (var i = 0; i < 1000; i++) Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Mirrors.Active == 0);
        // Six standard deviations of a binomial around 250.
        Assert.InRange(mirror.Requests, 168, 332);
    }

    [Fact]
    public async Task SeveralMirrors_EachGetTheBody_AndARetryIsNotCopied()
    {
        var bodies = new ConcurrentQueue<string>();
        async Task Read(HttpContext c)
        {
            using var reader = new StreamReader(c.Request.Body);
            bodies.Enqueue(await reader.ReadToEndAsync());
        }
        await using var one = await TestApp.StartAsync(Read);
        await using var two = await TestApp.StartAsync(Read);
        var tries = 0;
        await using var app = await TestApp.StartAsync(async c =>
        {
            using var reader = new StreamReader(c.Request.Body);
            var text = await reader.ReadToEndAsync();
            if (Interlocked.Increment(ref tries) == 1) c.Response.StatusCode = 503;
            else await c.Response.WriteAsync(text);
        });
        var route = Xds.To("v1", a =>
        {
            a.RequestMirrorPolicies.Add(new RouteAction.Types.RequestMirrorPolicy { Cluster = "m1" });
            a.RequestMirrorPolicies.Add(new RouteAction.Types.RequestMirrorPolicy { Cluster = "m2" });
            a.RetryPolicy = new RetryPolicy { RetryOn = "5xx", NumRetries = 2 };
        });
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", route), ("v1", app.Port), ("m1", one.Port), ("m2", two.Port));
        using var response = await proxy.Client.PutAsync("/", new StringContent("body"));
        Assert.Equal("body", await response.Content.ReadAsStringAsync());
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Mirrors is { Sent: 2, Active: 0 });
        Assert.Equal(["body", "body"], bodies);
        Assert.Equal(2, tries);
    }

    private static Task Aborted(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        context.RequestAborted.Register(() => gone.TrySetResult());
        return gone.Task;
    }

    private static Task<OneProxy> StartAsync(int app, int mirror, Action<RouteAction.Types.RequestMirrorPolicy>? change = null)
    {
        var policy = new RouteAction.Types.RequestMirrorPolicy { Cluster = "mirror" };
        change?.Invoke(policy);
        return OneProxy.StartAsync(Xds.Routes("out", Xds.To("v1", a => a.RequestMirrorPolicies.Add(policy))), ("v1", app), ("mirror", mirror));
    }
}
