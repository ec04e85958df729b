using System.Net;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Http;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace Mesh.Sidecar.Tests.Resilience;

/// <summary>Timeouts at each layer and the flags they are counted under, through a real proxy.</summary>
public sealed class TimeoutTests
{
    private const string Name = "outbound|80||app.default.svc.cluster.local";
    private static readonly Duration Short = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(300));

    [Fact]
    public async Task RouteTimeout_Is504WithUt()
    {
        await using var app = await HeldApp.StartAsync();
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.App.Port], route: a => a.Timeout = Short);
        using var response = await proxy.Http.GetAsync("/");
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal("upstream request timeout", await response.Content.ReadAsStringAsync());
        await proxy.FlaggedAsync("UT");
    }

    [Fact]
    public async Task RouteTimeout_RunsFromTheRequestsLastByte()
    {
        await using var app = await TestApp.StartAsync(async c =>
        {
            using var whole = new MemoryStream();
            await c.Request.Body.CopyToAsync(whole);
            await c.Response.WriteAsync($"{whole.Length}");
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port], route: a => a.Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(2)));
        var slow = new SlowContent(TimeSpan.FromSeconds(3));
        using var response = await proxy.Http.PostAsync("/", slow);
        Assert.Equal("2", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task PerTryTimeout_EndsTheTryAndTheNextOneServes()
    {
        var first = 1;
        await using var app = await TestApp.StartAsync(async c =>
        {
            if (Interlocked.Exchange(ref first, 0) == 1) await Task.Delay(TimeSpan.FromMinutes(1), TimeProvider.System, c.RequestAborted);
            await c.Response.WriteAsync("ok");
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port], route: a =>
            (a.Timeout, a.RetryPolicy) = (new Duration(), new RetryPolicy { RetryOn = "5xx", PerTryTimeout = Short }));
        Assert.Equal("ok", await proxy.Http.GetStringAsync("/"));
    }

    [Fact]
    public async Task PerTryTimeout_OfTheLastTry_Is504WithUtAndUrx()
    {
        await using var app = await HeldApp.StartAsync();
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.App.Port], route: a =>
            (a.Timeout, a.RetryPolicy) = (new Duration(), new RetryPolicy { RetryOn = "5xx", PerTryTimeout = Short }));
        using var response = await proxy.Http.GetAsync("/");
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        await proxy.FlaggedAsync("UT,URX");
        Assert.Equal(2, app.App.Requests);
    }

    [Fact]
    public async Task IdleTimeout_SilentStream_Is504WithSi()
    {
        await using var app = await HeldApp.StartAsync();
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.App.Port], route: a => (a.Timeout, a.IdleTimeout) = (new Duration(), Short));
        using var response = await proxy.Http.GetAsync("/");
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal("stream timeout", await response.Content.ReadAsStringAsync());
        await proxy.FlaggedAsync("SI");
    }

    [Fact]
    public async Task IdleTimeout_StreamThatSaysSomethingNowAndThen_LivesLonger()
    {
        await using var app = await TestApp.StartAsync(async c =>
        {
            for (var i = 0; i < 6; i++)
            {
                await c.Response.WriteAsync("x");
                await c.Response.Body.FlushAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
            }
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port], route: a =>
            (a.Timeout, a.IdleTimeout) = (new Duration(), Duration.FromTimeSpan(TimeSpan.FromSeconds(2))));
        Assert.Equal("xxxxxx", await proxy.Http.GetStringAsync("/"));
    }

    [Fact]
    public async Task MaxStreamDuration_EndsAStreamThatIsAlive()
    {
        await using var app = await HeldApp.StartAsync();
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.App.Port], route: a =>
            (a.Timeout, a.MaxStreamDuration) = (new Duration(), new RouteAction.Types.MaxStreamDuration { MaxStreamDuration_ = Short }));
        using var response = await proxy.Http.GetAsync("/");
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        await proxy.FlaggedAsync("UMSDR");
    }

    [Theory]
    [InlineData("0", "200m", true)]
    [InlineData("300", "1H", true)]
    [InlineData("", "200m", false)]
    public async Task GrpcTimeout_IsTheDeadline_CappedByTheRoute(string cap, string header, bool expected)
    {
        await using var app = await HeldApp.StartAsync();
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.App.Http2Port], route: a =>
        {
            a.Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(2));
            if (cap.Length > 0) a.MaxGrpcTimeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(int.Parse(cap, System.Globalization.CultureInfo.InvariantCulture)));
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/svc/Call")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Headers = { { "grpc-timeout", header } },
            Content = new ByteArrayContent([]) { Headers = { ContentType = new("application/grpc") } },
        };
        var started = TimeProvider.System.GetTimestamp();
        using var response = await proxy.Http.SendAsync(request);
        Assert.Equal("14", Assert.Single(response.Headers.GetValues("grpc-status")));
        // Without a cap the header is not the proxy's to read, and the route's two seconds count.
        if (!expected) Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromSeconds(1.9));
        await proxy.FlaggedAsync("UT");
    }

    [Fact]
    public async Task TimeoutHeader_FromTheApplication_ReplacesTheRoutes_AndTheUpstreamLearnsWhatIsLeft()
    {
        await using var app = await TestApp.StartAsync(async c =>
        {
            if (c.Request.Path == "/held") await Task.Delay(TimeSpan.FromMinutes(1), TimeProvider.System, c.RequestAborted);
            await c.Response.WriteAsync($"{c.Request.Headers["x-envoy-expected-rq-timeout-ms"]}|{c.Request.Headers["x-envoy-upstream-rq-timeout-ms"]}");
        });
        await using var proxy = await OutboundProxy.StartAsync(Name, [app.Port], route: a => a.Timeout = new Duration());
        using var held = new HttpRequestMessage(HttpMethod.Get, "/held") { Headers = { { "x-envoy-upstream-rq-timeout-ms", "300" } } };
        using var timedOut = await proxy.Http.SendAsync(held);
        Assert.Equal(HttpStatusCode.GatewayTimeout, timedOut.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "x-envoy-upstream-rq-timeout-ms", "60000" } } };
        using var response = await proxy.Http.SendAsync(request);
        var told = (await response.Content.ReadAsStringAsync()).Split('|');
        Assert.InRange(int.Parse(told[0], System.Globalization.CultureInfo.InvariantCulture), 30_000, 60_000);
        Assert.Equal("", told[1]);
    }

    [Theory]
    [InlineData("1H", 3_600_000)]
    [InlineData("2M", 120_000)]
    [InlineData("3S", 3000)]
    [InlineData("45m", 45)]
    [InlineData("99999999u", 99_999.999)]
    [InlineData("1000000n", 1)]
    public void GrpcTimeout_IsRead(string text, double milliseconds)
    {
        Assert.True(GrpcTimeout.TryParse(text, out var timeout));
        Assert.Equal(milliseconds, timeout.TotalMilliseconds, 3);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("-1S")]
    [InlineData("123456789S")]
    [InlineData("1s")]
    [InlineData("1 S")]
    public void GrpcTimeout_Malformed_IsNone(string text) => Assert.False(GrpcTimeout.TryParse(text, out _));

    [Theory]
    [InlineData(45, "45m")]
    [InlineData(99_999_999, "99999999m")]
    [InlineData(100_000_000, "100000S")]
    public void GrpcTimeout_IsWrittenInEightDigitsAtMost(double milliseconds, string expected) =>
        Assert.Equal(expected, GrpcTimeout.Format(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void Clock_ArmedByTheBodysEnd_TellsTheTryFromTheWhole()
    {
        var time = new ManualTime();
        using var clock = new ExchangeClock(new ExchangeTimes(TimeSpan.FromSeconds(10), null, null, null), time);
        clock.BeginTry();
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(clock.IsOver);
        Assert.Equal(TimeSpan.FromSeconds(10), clock.Expected);
        clock.OnBodyEnd();
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.FromSeconds(6), clock.Expected);
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.True(clock.IsOver);
        Assert.Equal(ProxyOutcome.UpstreamTimeout, clock.Outcome);
    }

    private sealed class SlowContent(TimeSpan pause) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("a"u8.ToArray());
            await stream.FlushAsync();
            await Task.Delay(pause, TimeProvider.System);
            await stream.WriteAsync("b"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
