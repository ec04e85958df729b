using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using static Mesh.Sidecar.Tests.Balancing.Endpoints;

namespace Mesh.Sidecar.Tests.Resilience;

public sealed class OutlierDetectorTests
{
    private static readonly int[] All = [100, 100, 100, 100, 100, 100, 100];
    private readonly ManualTime _time = new();

    [Fact]
    public void ServerErrorsInARow_EjectAndASuccessStartsAgain()
    {
        var (upstream, endpoints) = Start(new OutlierModel { Enforcing = All, ConsecutiveServerErrors = 3, MaxEjectionPercent = 100 }, 3);
        var vitals = endpoints[0].State.Vitals;
        Report(upstream, vitals, 500, 500, 404, 500, 500);
        Assert.False(vitals.IsEjected);
        Report(upstream, vitals, 501);
        Assert.True(vitals.IsEjected);
        Assert.Equal([2, 3], Candidates(upstream.Model!));
        Assert.Equal(1, upstream.Outliers!.Enforced(EjectionKind.ConsecutiveServerErrors));
    }

    [Fact]
    public void GatewayErrorsInARow_AreEndedByOtherServerErrors()
    {
        var (upstream, endpoints) = Start(
            new OutlierModel { Enforcing = All, ConsecutiveServerErrors = 100, ConsecutiveGatewayErrors = 2, MaxEjectionPercent = 100 }, 2);
        var vitals = endpoints[0].State.Vitals;
        Report(upstream, vitals, 502, 500, 503);
        Assert.False(vitals.IsEjected);
        Report(upstream, vitals, 504);
        Assert.True(vitals.IsEjected);
    }

    [Fact]
    public void LocalFailures_WithoutSplit_CountAs503And504()
    {
        var (upstream, endpoints) = Start(new OutlierModel { Enforcing = All, ConsecutiveGatewayErrors = 3, MaxEjectionPercent = 100 }, 2);
        upstream.Outliers!.OnLocalFailure(endpoints[0].State.Vitals, isTimeout: false);
        upstream.Outliers.OnLocalFailure(endpoints[0].State.Vitals, isTimeout: true);
        Report(upstream, endpoints[0].State.Vitals, 502);
        Assert.True(endpoints[0].State.Vitals.IsEjected);
    }

    [Fact]
    public void LocalFailures_WithSplit_CountApartAndAConnectionEndsThem()
    {
        var model = new OutlierModel { Enforcing = All, SplitsLocalErrors = true, ConsecutiveLocalFailures = 2, ConsecutiveServerErrors = 3, MaxEjectionPercent = 100 };
        var (upstream, endpoints) = Start(model, 2);
        var vitals = endpoints[0].State.Vitals;
        var outliers = upstream.Outliers!;
        outliers.OnLocalFailure(vitals, isTimeout: false);
        Report(upstream, vitals, 500, 500);
        outliers.OnConnected(vitals);
        outliers.OnLocalFailure(vitals, isTimeout: false);
        Assert.False(vitals.IsEjected);
        outliers.OnLocalFailure(vitals, isTimeout: true);
        Assert.True(vitals.IsEjected);
        Assert.Equal(1, outliers.Enforced(EjectionKind.ConsecutiveLocalFailures));
    }

    [Fact]
    public void ErrorCodes_ReplaceWhatCountsAsAnError()
    {
        var (upstream, endpoints) = Start(
            new OutlierModel { Enforcing = All, ConsecutiveServerErrors = 2, MaxEjectionPercent = 100, ErrorCodes = new HashSet<int> { 429, 503 } }, 2);
        Report(upstream, endpoints[0].State.Vitals, 500, 500, 500);
        Assert.False(endpoints[0].State.Vitals.IsEjected);
        Report(upstream, endpoints[0].State.Vitals, 429, 503);
        Assert.True(endpoints[0].State.Vitals.IsEjected);
    }

    [Fact]
    public void EjectionTime_GrowsWithEachEjectionUpToTheMaximumAndShrinksInGoodHealth()
    {
        var model = new OutlierModel
        {
            Enforcing = All, ConsecutiveServerErrors = 1, MaxEjectionPercent = 100, Interval = TimeSpan.FromSeconds(1),
            BaseEjectionTime = TimeSpan.FromSeconds(10), MaxEjectionTime = TimeSpan.FromSeconds(25),
        };
        var (upstream, endpoints) = Start(model, 2);
        var vitals = endpoints[0].State.Vitals;
        foreach (var seconds in new[] { 10, 20, 25, 25 })
        {
            Report(upstream, vitals, 500);
            Pass(seconds - 1);
            Assert.True(vitals.IsEjected);
            Pass(1);
            Assert.False(vitals.IsEjected);
        }
        // One step back for each whole interval: to the first step in four.
        Pass(4);
        Report(upstream, vitals, 500);
        Pass(9);
        Assert.True(vitals.IsEjected);
        Pass(1);
        Assert.False(vitals.IsEjected);
    }

    [Fact]
    public void Jitter_IsAddedToTheEjectionTime()
    {
        var model = new OutlierModel
        {
            Enforcing = All, ConsecutiveServerErrors = 1, MaxEjectionPercent = 100, Interval = TimeSpan.FromSeconds(1),
            BaseEjectionTime = TimeSpan.FromSeconds(10), MaxEjectionJitter = TimeSpan.FromSeconds(5),
        };
        var (upstream, endpoints) = Start(model, 1);
        var vitals = endpoints[0].State.Vitals;
        Report(upstream, vitals, 500);
        Assert.InRange(vitals.EjectionJitter, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Pass(10 + (int)Math.Ceiling(vitals.EjectionJitter.TotalSeconds) - 1);
        Assert.True(vitals.IsEjected || vitals.EjectionJitter == TimeSpan.Zero);
        Pass(1);
        Assert.False(vitals.IsEjected);
    }

    [Theory]
    [InlineData(50, false, 4, 2)]
    [InlineData(10, false, 4, 0)]
    [InlineData(10, true, 4, 1)]
    [InlineData(30, false, 10, 3)]
    [InlineData(100, false, 3, 3)]
    public void MaxEjectionPercent_IsNeverExceeded(int percent, bool alwaysOne, int hosts, int expected)
    {
        var (upstream, endpoints) = Start(new OutlierModel { Enforcing = All, ConsecutiveServerErrors = 1, MaxEjectionPercent = percent, AlwaysEjectOne = alwaysOne }, hosts);
        foreach (var endpoint in endpoints) Report(upstream, endpoint.State.Vitals, 500);
        Assert.Equal(expected, upstream.Outliers!.Active);
        Assert.Equal(hosts - expected, upstream.Outliers.Overflows);
    }

    [Fact]
    public void NotEnforced_DetectsWithoutEjecting()
    {
        var (upstream, endpoints) = Start(new OutlierModel { Enforcing = new int[7], ConsecutiveServerErrors = 1, MaxEjectionPercent = 100 }, 2);
        Report(upstream, endpoints[0].State.Vitals, 500);
        Assert.False(endpoints[0].State.Vitals.IsEjected);
        Assert.Equal(1, upstream.Outliers!.Detected);
    }

    [Fact]
    public void SuccessRate_EjectsTheOneFarBelowTheOthers()
    {
        var model = new OutlierModel { Enforcing = All, ConsecutiveServerErrors = int.MaxValue, ConsecutiveGatewayErrors = int.MaxValue, MaxEjectionPercent = 100 };
        var (upstream, endpoints) = Start(model, 5);
        foreach (var endpoint in endpoints)
            for (var i = 0; i < 100; i++) Report(upstream, endpoint.State.Vitals, endpoint == endpoints[2] && i % 2 == 0 ? 500 : 200);
        Pass(10);
        Assert.Equal([1, 2, 4, 5], Candidates(upstream.Model!));
        Assert.Equal(1, upstream.Outliers!.Enforced(EjectionKind.SuccessRate));
    }

    [Fact]
    public void SuccessRate_TooFewRequestsOrHosts_SaysNothing()
    {
        var model = new OutlierModel { Enforcing = All, ConsecutiveServerErrors = int.MaxValue, ConsecutiveGatewayErrors = int.MaxValue, MaxEjectionPercent = 100, FailurePercentageThreshold = 101 };
        foreach (var (hosts, requests) in new[] { (5, 99), (4, 100) })
        {
            var (upstream, endpoints) = Start(model, hosts);
            foreach (var endpoint in endpoints)
                for (var i = 0; i < requests; i++) Report(upstream, endpoint.State.Vitals, endpoint == endpoints[0] ? 500 : 200);
            Pass(10);
            Assert.Equal(0, upstream.Outliers!.Active);
        }
    }

    [Fact]
    public void FailurePercentage_EjectsAllThatFailThatOften()
    {
        var model = new OutlierModel
        {
            Enforcing = [0, 0, 0, 0, 0, 100, 0], MaxEjectionPercent = 100, FailurePercentageThreshold = 60, FailurePercentageMinimumHosts = 3,
        };
        var (upstream, endpoints) = Start(model, 3);
        for (var i = 0; i < 50; i++)
        {
            Report(upstream, endpoints[0].State.Vitals, i % 5 < 3 ? 500 : 200);
            Report(upstream, endpoints[1].State.Vitals, i % 5 < 2 ? 500 : 200);
            Report(upstream, endpoints[2].State.Vitals, 503);
        }
        Pass(10);
        Assert.Equal([2], Candidates(upstream.Model!));
    }

    [Fact]
    public void Threshold_IsMeanMinusStandardDeviations() =>
        // Mean 90, variance 400.
        Assert.Equal(52, OutlierStatistics.Threshold([50, 100, 100, 100, 100], 1.9), 6);

    [Fact]
    public void NewModel_KeepsEjections_AndEndOfDetectionEndsThem()
    {
        var config = new UpstreamConfigModel { Name = "u", Outliers = new OutlierModel { Enforcing = All, ConsecutiveServerErrors = 1, MaxEjectionPercent = 100 } };
        var endpoints = Many(3);
        var upstream = new UpstreamState("u");
        upstream.Replace(new UpstreamModel(config, endpoints), _time, NullLogger.Instance);
        Report(upstream, endpoints[0].State.Vitals, 500);
        // Another version of the endpoint, as an update makes it, with the same vitals.
        upstream.Replace(new UpstreamModel(config, [endpoints[0] with { Weight = 5 }, endpoints[1]]), _time, NullLogger.Instance);
        Assert.Equal([2], Candidates(upstream.Model!));
        upstream.Replace(new UpstreamModel(config with { Outliers = null }, endpoints), _time, NullLogger.Instance);
        Assert.Equal([1, 2, 3], Candidates(upstream.Model!));
        Assert.Null(upstream.Outliers);
    }

    [Fact]
    public void Report_AllocatesNothing()
    {
        var (upstream, endpoints) = Start(new OutlierModel { Enforcing = All, ConsecutiveServerErrors = int.MaxValue }, 2);
        Report(upstream, endpoints[0].State.Vitals, 200);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            upstream.Outliers!.OnConnected(endpoints[0].State.Vitals);
            upstream.Outliers.OnResponse(endpoints[0].State.Vitals, i % 2 == 0 ? 200 : 404);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private (UpstreamState, EndpointModel[]) Start(OutlierModel model, int hosts)
    {
        var endpoints = Many(hosts);
        var upstream = new UpstreamState("u");
        upstream.Replace(new UpstreamModel(new UpstreamConfigModel { Name = "u", Outliers = model, PanicThreshold = 0 }, endpoints), _time, NullLogger.Instance);
        return (upstream, endpoints);
    }

    private static void Report(UpstreamState upstream, EndpointVitals vitals, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) upstream.Outliers!.OnResponse(vitals, status);
    }

    private void Pass(int seconds)
    {
        for (var i = 0; i < seconds; i++) _time.Advance(TimeSpan.FromSeconds(1));
    }
}
