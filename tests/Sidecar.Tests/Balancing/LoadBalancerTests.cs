using Mesh.Sidecar.Balancing;
using static Mesh.Sidecar.Tests.Balancing.Endpoints;

namespace Mesh.Sidecar.Tests.Balancing;

public sealed class LoadBalancerTests
{
    [Fact]
    public void RoundRobin_SpreadsByWeight()
    {
        var picks = Picks(Upstream(BalancerKind.RoundRobin, One(1, weight: 3), One(2)), 400);
        Assert.Equal(300, picks[1]);
        Assert.Equal(100, picks[2]);
    }

    [Theory]
    [InlineData(BalancerKind.Random)]
    [InlineData(BalancerKind.LeastRequest)]
    public void RandomKinds_SpreadByWeight(object kind)
    {
        var picks = Picks(Upstream((BalancerKind)kind, One(1, weight: 3), One(2), One(3)), 20_000);
        // 12,000 expected, standard deviation 69: seven of them.
        Assert.InRange(picks[1], 11_500, 12_500);
        Assert.InRange(picks[2], 3_500, 4_500);
    }

    [Fact]
    public void LeastRequest_AvoidsTheBusyOne()
    {
        var busy = One(1);
        for (var i = 0; i < 50; i++) Assert.True(busy.State.TryAcquire());
        // The busy one is taken only when both choices fall on it.
        Assert.InRange(Picks(Upstream(BalancerKind.LeastRequest, busy, One(2)), 1000)[1], 150, 350);
    }

    [Fact]
    public void LeastRequest_HeavierEndpoint_MayHaveMoreInFlight()
    {
        var heavy = One(1, weight: 4);
        var light = One(2);
        for (var i = 0; i < 6; i++) Assert.True(heavy.State.TryAcquire());
        for (var i = 0; i < 2; i++) Assert.True(light.State.TryAcquire());
        // 6 of 4 is less busy than 2 of 1: the light one only when both draws, each 1 in 5, fall on it.
        Assert.InRange(Picks(Upstream(BalancerKind.LeastRequest, heavy, light), 10_000).GetValueOrDefault(2), 250, 550);
    }

    [Fact]
    public void PeakEwma_PrefersTheFasterAndForgetsSlowness()
    {
        var slow = One(1);
        var fast = One(2);
        slow.State.Vitals.ObserveLatency(100, 1, ticksPerDecay: 1000);
        fast.State.Vitals.ObserveLatency(1, 1, ticksPerDecay: 1000);
        Assert.InRange(Picks(Upstream(BalancerKind.PeakEwma, slow, fast), 1000)[1], 150, 350);
        slow.State.Vitals.ObserveLatency(1, 1001, ticksPerDecay: 1000);
        Assert.InRange(slow.State.Vitals.Latency, 37, 38);
        slow.State.Vitals.ObserveLatency(200, 1001, ticksPerDecay: 1000);
        Assert.Equal(200, slow.State.Vitals.Latency);
    }

    [Fact]
    public void Acquire_AfterATry_TakesAnotherEndpointIfThereIsOne()
    {
        var first = One(1);
        var upstream = Upstream(BalancerKind.Random, first, One(2));
        var tried = new TriedEndpoints();
        tried.Add(first.State);
        var again = 0;
        for (var i = 0; i < 50; i++)
        {
            var picked = LoadBalancer.Acquire(upstream, tried)!;
            Assert.Equal(2, picked.Port());
            picked.State.Release();
            picked = LoadBalancer.Acquire(upstream, tried, new PickContext(MayRepeat: true))!;
            if (picked.Port() == 1) again++;
            picked.State.Release();
        }
        Assert.InRange(again, 5, 45);
    }

    [Theory]
    [InlineData(BalancerKind.RoundRobin)]
    [InlineData(BalancerKind.LeastRequest)]
    [InlineData(BalancerKind.Random)]
    public void Acquire_EndpointThatAskedForAPause_IsLeftAloneWhileOthersAreThere(object kind)
    {
        var tired = One(1);
        var upstream = Upstream((BalancerKind)kind, tired, One(2), One(3));
        tired.State.Vitals.Avoid(TimeSpan.FromHours(1));
        Assert.Equal([2, 3], Picks(upstream, 300).Keys.Order());
        tired.State.Vitals.Avoid(TimeSpan.FromTicks(-1));
        Assert.Equal([1, 2, 3], Picks(upstream, 300).Keys.Order());
    }

    [Fact]
    public void Acquire_AllAskedForAPause_StillServes()
    {
        var one = One(1);
        var two = One(2);
        one.State.Vitals.Avoid(TimeSpan.FromHours(1));
        two.State.Vitals.Avoid(TimeSpan.FromHours(1));
        Assert.Equal(2, Picks(Upstream(BalancerKind.RoundRobin, one, two), 100).Count);
    }

    [Fact]
    public void Acquire_AvoidedPriority_GoesToAnother()
    {
        var config = new UpstreamConfigModel { Name = "u", Overprovisioning = 100 };
        var upstream = Upstream(config, One(1), One(2, EndpointHealth.Unhealthy), One(3, priority: 1));
        var picks = Enumerable.Range(0, 200).Select(_ => Pick(upstream, new PickContext(AvoidedPriorities: 1))).Distinct();
        Assert.Equal([3], picks);
    }

    [Fact]
    public void Acquire_AllocatesNothing()
    {
        var upstreams = new[] { BalancerKind.RoundRobin, BalancerKind.LeastRequest, BalancerKind.Random, BalancerKind.PeakEwma, BalancerKind.RingHash, BalancerKind.Maglev }
            .Select(k => Upstream(k, Many(5))).ToArray();
        foreach (var upstream in upstreams) Pick(upstream);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            foreach (var upstream in upstreams) LoadBalancer.Acquire(upstream, default)!.State.Release();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void RetiredEndpoint_RefusesAndItsLastRequestEndsIt()
    {
        var endpoint = One(1);
        Assert.True(endpoint.State.TryAcquire());
        endpoint.State.Retire();
        Assert.True(endpoint.State.TryAcquire());
        endpoint.State.Release();
        endpoint.State.Release();
        Assert.False(endpoint.State.TryAcquire());
        Assert.Equal(0, endpoint.State.InFlight);
    }
}
