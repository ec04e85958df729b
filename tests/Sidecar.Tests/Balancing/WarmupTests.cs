using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using static Mesh.Sidecar.Tests.Balancing.Endpoints;

namespace Mesh.Sidecar.Tests.Balancing;

public sealed class WarmupTests
{
    private static readonly WarmupModel Minute = new(TimeSpan.FromSeconds(60), Aggression: 1, Minimum: 0.1);
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(0, 1, 0.1)]
    [InlineData(3, 1, 0.1)]
    [InlineData(30, 1, 0.5)]
    [InlineData(15, 2, 0.5)]
    [InlineData(60, 1, 1)]
    [InlineData(600, 3, 1)]
    public void At_GrowsByAggressionFromTheMinimum(int age, double aggression, double expected) =>
        Assert.Equal(expected, (Minute with { Aggression = aggression }).At(TimeSpan.FromSeconds(age)), 3);

    [Fact]
    public void NewEndpoint_ReachesItsShareOverTheWindow()
    {
        var endpoints = Many(2);
        var upstream = new UpstreamState("u");
        var config = new UpstreamConfigModel { Name = "u", Warmup = Minute };
        upstream.Replace(new UpstreamModel(config, [endpoints[0]]), _time, NullLogger.Instance);
        _time.Advance(TimeSpan.FromSeconds(5));
        upstream.Replace(new UpstreamModel(config, endpoints), _time, NullLogger.Instance);
        Assert.Equal(0.1 / 1.1, Share(upstream), 2);
        for (var i = 0; i < 30; i++) _time.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(Share(upstream), 0.31, 0.34);
        for (var i = 0; i < 31; i++) _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0.5, Share(upstream));
    }

    [Fact]
    public void FirstEndpoints_AreWarmAndRecoveredOnesAreNot()
    {
        var endpoints = Many(2);
        var upstream = new UpstreamState("u");
        var config = new UpstreamConfigModel { Name = "u", Warmup = Minute };
        upstream.Replace(new UpstreamModel(config, [endpoints[0], endpoints[1] with { Health = EndpointHealth.Unhealthy }]), _time, NullLogger.Instance);
        _time.Advance(TimeSpan.FromSeconds(100));
        upstream.Replace(new UpstreamModel(config, endpoints), _time, NullLogger.Instance);
        Assert.Equal(1, endpoints[0].State.Vitals.Warmth);
        Assert.Equal(0.1, endpoints[1].State.Vitals.Warmth, 3);
        upstream.Replace(new UpstreamModel(config with { Warmup = null }, endpoints), _time, NullLogger.Instance);
        Assert.Equal(0.5, Share(upstream));
    }

    // Of the second endpoint.
    private static double Share(UpstreamState upstream)
    {
        var schedule = upstream.Model!.Sets.Single().Schedule;
        return schedule.Count(e => e.Port() == 2) / (double)schedule.Length;
    }
}
