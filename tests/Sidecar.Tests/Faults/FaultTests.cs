using System.Diagnostics;
using System.Net;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Common.Fault.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Type.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Tests.Harness;

namespace Mesh.Sidecar.Tests.Faults;

/// <summary>Envoy's fault filter, as its source and documentation have it.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task Abort_OfAllRequests_AnswersForTheApplication()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, new HTTPFault { Abort = new FaultAbort { HttpStatus = 418, Percentage = Percent(100) } });
        using var response = await proxy.Client.GetAsync("/");
        Assert.Equal(418, (int)response.StatusCode);
        Assert.Equal("fault filter abort", await response.Content.ReadAsStringAsync());
        Assert.Equal("FI", await proxy.FlagsAsync());
        Assert.Equal(0, app.Requests);
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Faults is { Aborts: 1, Active: 0 });
    }

    [Fact]
    public async Task Abort_WithoutPercentage_NeverHappens()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, new HTTPFault { Abort = new FaultAbort { HttpStatus = 500 } });
        for (var i = 0; i < 20; i++) Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
    }

    [Fact]
    public async Task Abort_OfAShareInMillionths_HitsThatShare()
    {
        await using var app = await TestApp.SayAsync("ok");
        var share = new FractionalPercent { Numerator = 300_000, Denominator = FractionalPercent.Types.DenominatorType.Million };
        await using var proxy = await StartAsync(app.Port, new HTTPFault { Abort = new FaultAbort { HttpStatus = 503, Percentage = share } });
        var aborted = 0;
        for (var i = 0; i < 1000; i++)
        {
            using var response = await proxy.Client.GetAsync("/");
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable) aborted++;
        }
        // Six standard deviations of a binomial around 300.
        Assert.InRange(aborted, 213, 387);
    }

    [Theory]
    [InlineData(true, 200, "14")]
    [InlineData(false, 200, null)]
    public async Task AbortWithGrpcStatus_IsTrailersOnlyForGrpc_AndA200ForOthers(bool grpc, int status, string? grpcStatus)
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, new HTTPFault { Abort = new FaultAbort { GrpcStatus = 14, Percentage = Percent(100) } });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/svc/Call") { Content = new ByteArrayContent([]) };
        request.Content.Headers.TryAddWithoutValidation("content-type", grpc ? "application/grpc" : "text/plain");
        using var response = await proxy.Client.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(grpcStatus, response.Headers.TryGetValues("grpc-status", out var values) ? values.Single() : null);
        if (grpc) Assert.Equal("fault filter abort", response.Headers.GetValues("grpc-message").Single());
        else Assert.Equal("fault filter abort", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Abort_WithHttpStatus_ToGrpcClient_MapsTheStatus()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, new HTTPFault { Abort = new FaultAbort { HttpStatus = 503, Percentage = Percent(100) } });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/svc/Call") { Content = new ByteArrayContent([]) };
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        using var response = await proxy.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("14", response.Headers.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task Delay_HoldsTheRequestBack_AndItStillSucceeds()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, new HTTPFault { Delay = Fixed(250) });
        var watch = Stopwatch.StartNew();
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
        // Timers may be early by a tick of the clock.
        Assert.True(watch.ElapsedMilliseconds >= 230, $"{watch.ElapsedMilliseconds} ms");
        Assert.Equal("DI", await proxy.FlagsAsync());
    }

    [Fact]
    public async Task DelayThenAbort_HasBothFlags()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(
            app.Port, new HTTPFault { Delay = Fixed(1), Abort = new FaultAbort { HttpStatus = 500, Percentage = Percent(100) } });
        using var response = await proxy.Client.GetAsync("/");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("DI,FI", await proxy.FlagsAsync());
    }

    [Fact]
    public async Task Delay_IsNoPartOfTheRouteTimeout()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, new HTTPFault { Delay = Fixed(5200) }, a => a.Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(5)));
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
    }

    [Fact]
    public async Task ClientThatLeavesDuringTheDelay_EndsIt()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, new HTTPFault { Delay = Fixed(600_000) });
        using var stop = new CancellationTokenSource();
        var request = proxy.Client.GetAsync("/", stop.Token);
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Faults.Active == 1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Faults.Active == 0);
        Assert.Equal("DI,DC", await proxy.FlagsAsync());
        Assert.Equal(0, app.Requests);
    }

    [Fact]
    public async Task MaxActiveFaults_SparesOthers()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, new HTTPFault { Delay = Fixed(600_000), MaxActiveFaults = 1 });
        using var stop = new CancellationTokenSource();
        var request = proxy.Client.GetAsync("/", stop.Token);
        await Eventually.TrueAsync(() => proxy.Proxy.Process.Faults.Active == 1);
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
        Assert.Equal(1, proxy.Proxy.Process.Faults.Overflows);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
    }

    [Theory]
    [InlineData("", "", 200)]
    [InlineData("503", "", 503)]
    [InlineData("503", "0", 200)]
    [InlineData("199", "", 200)]
    [InlineData("600", "", 200)]
    [InlineData("abc", "", 200)]
    public async Task HeaderAbort_FollowsTheRequest(string status, string percentage, int expected)
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, new HTTPFault { Abort = new FaultAbort { HeaderAbort = new(), Percentage = Percent(100) } });
        using var response = await proxy.SendAsync(HttpMethod.Get, "/", Set(("x-envoy-fault-abort-request", status), ("x-envoy-fault-abort-request-percentage", percentage)));
        Assert.Equal(expected, (int)response.StatusCode);
    }

    [Fact]
    public async Task HeaderPercentage_CannotRaiseTheShare()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, new HTTPFault { Abort = new FaultAbort { HeaderAbort = new(), Percentage = Percent(0) } });
        using var response = await proxy.SendAsync(HttpMethod.Get, "/", ("x-envoy-fault-abort-request", "503"), ("x-envoy-fault-abort-request-percentage", "100"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task HeaderDelay_WithoutHeader_IsNone()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var proxy = await StartAsync(app.Port, new HTTPFault { Delay = new FaultDelay { HeaderDelay = new(), Percentage = Percent(100) } });
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
        Assert.Equal(0, proxy.Proxy.Process.Faults.Delays);
        using var delayed = await proxy.SendAsync(HttpMethod.Get, "/", ("x-envoy-fault-delay-request", "1"));
        Assert.Equal(HttpStatusCode.OK, delayed.StatusCode);
        Assert.Equal(1, proxy.Proxy.Process.Faults.Delays);
    }

    [Fact]
    public async Task WithoutTheFilterInTheListener_RoutesFaultIsNotAskedFor()
    {
        await using var app = await TestApp.SayAsync("ok");
        var routes = Routes(new HTTPFault { Abort = new FaultAbort { HttpStatus = 500, Percentage = Percent(100) } }, null);
        await using var proxy = await OneProxy.StartAsync(routes, m => m.HttpFilters.RemoveAt(0), ("v1", app.Port));
        Assert.Equal("ok", await proxy.Client.GetStringAsync("/"));
    }

    [Fact]
    public async Task DirectResponse_SuffersFaultsToo()
    {
        var route = new Route { Match = new RouteMatch { Prefix = "/" }, DirectResponse = new DirectResponseAction { Status = 200 } };
        route.TypedPerFilterConfig.Add("envoy.filters.http.fault", Xds.Pack(TypeUrls.Fault, new HTTPFault { Abort = new FaultAbort { HttpStatus = 418, Percentage = Percent(100) } }));
        await using var proxy = await OneProxy.StartAsync(Xds.Routes("out", route));
        using var response = await proxy.Client.GetAsync("/");
        Assert.Equal(418, (int)response.StatusCode);
    }

    private static Task<OneProxy> StartAsync(int app, HTTPFault fault, Action<RouteAction>? action = null) =>
        OneProxy.StartAsync(Routes(fault, action), ("v1", app));

    private static RouteConfiguration Routes(HTTPFault fault, Action<RouteAction>? action)
    {
        var route = Xds.To("v1", action);
        route.TypedPerFilterConfig.Add("envoy.filters.http.fault", Xds.Pack(TypeUrls.Fault, fault));
        return Xds.Routes("out", route);
    }

    private static FaultDelay Fixed(int milliseconds) => new() { FixedDelay = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(milliseconds)), Percentage = Percent(100) };

    private static FractionalPercent Percent(uint hundredths) => new() { Numerator = hundredths };

    private static (string, string)[] Set(params (string Name, string Value)[] headers) => [.. headers.Where(h => h.Value.Length > 0)];
}
