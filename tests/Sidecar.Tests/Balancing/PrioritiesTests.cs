using Mesh.Sidecar.Balancing;
using static Mesh.Sidecar.Tests.Balancing.Endpoints;

namespace Mesh.Sidecar.Tests.Balancing;

public sealed class PrioritiesTests
{
    [Theory]
    // One priority: all of it while there is anything to send to.
    [InlineData("2/0/2", 50, "100/0")]
    [InlineData("1/0/4", 0, "100/0")]
    // Two of seven may fail unnoticed; from there the next priority takes what is missing.
    [InlineData("5/0/7 7/0/7", 50, "100/0 0/0")]
    [InlineData("4/0/8 8/0/8", 50, "70/0 30/0")]
    [InlineData("1/0/4 4/0/4", 50, "35/0 65/0")]
    [InlineData("0/0/4 4/0/4", 50, "0/0 100/0")]
    // Envoy's example of scaling: 10/20/10 % healthy and 20/10/0 % degraded of factor 100 become these.
    [InlineData("10/20/100 20/10/100 10/0/100", 0, "16/28 28/14 14/0", 100)]
    // Degraded endpoints come after healthy ones of every priority.
    [InlineData("0/4/4 2/0/4", 0, "0/30 70/0")]
    // Below the threshold and together below 100: that priority is in panic, with its share.
    [InlineData("1/0/10 3/0/10", 25, "25/0! 75/0")]
    // All in panic: by numbers.
    [InlineData("1/0/10 1/0/30", 50, "25/0! 75/0!")]
    [InlineData("0/0/2 0/0/2", 50, "50/0! 50/0!")]
    // Nothing to send to and no panic.
    [InlineData("0/0/2 0/0/2", 0, "0/0 0/0")]
    [InlineData("0/0/0 3/0/3", 50, "0/0 100/0")]
    public void Distribute_FollowsEnvoy(string priorities, int threshold, string expected, int factor = 140)
    {
        var health = priorities.Split(' ').Select(p => p.Split('/').Select(int.Parse).ToArray()).Select(p => new PriorityHealth(p[0], p[1], p[2])).ToArray();
        var loads = PriorityLoads.Distribute(health, factor, threshold);
        Assert.Equal(expected, string.Join(' ', loads.Select(l => $"{l.Healthy}/{l.Degraded}{(l.IsPanic ? "!" : "")}")));
    }

    [Fact]
    public void Distribute_WhateverTheHealth_SumsTo100OrNothing()
    {
        var random = new Random(7);
        for (var round = 0; round < 5000; round++)
        {
            var health = Enumerable.Range(0, random.Next(1, 6)).Select(_ =>
            {
                var total = random.Next(12);
                var healthy = random.Next(total + 1);
                return new PriorityHealth(healthy, random.Next(total - healthy + 1), total);
            }).ToArray();
            var threshold = random.Next(101);
            var loads = PriorityLoads.Distribute(health, random.Next(100, 200), threshold);
            var sum = loads.Sum(l => l.Healthy + l.Degraded);
            var isAny = health.Any(h => threshold > 0 ? h.Total > 0 : h.Healthy + h.Degraded > 0);
            if (isAny) Assert.Equal(100, sum);
            else Assert.Equal(0, sum);
            for (var i = 0; i < loads.Length; i++)
                if (loads[i] is { IsPanic: false, Healthy: > 0 }) Assert.True(health[i].Healthy > 0);
        }
    }

    [Fact]
    public void Sets_PreferHealthyThenDegradedThenDraining()
    {
        var healthy = One(1);
        var degraded = One(2, EndpointHealth.Degraded);
        var draining = One(3, EndpointHealth.Draining);
        var ill = One(4, EndpointHealth.Unhealthy);
        Assert.Equal([1], Candidates(0, healthy, draining, ill));
        Assert.Equal([2], Candidates(0, degraded, draining, ill));
        Assert.Equal([3], Candidates(0, draining, ill));
        Assert.Empty(Candidates(0, ill));
    }

    [Fact]
    public void Sets_BelowThePanicThreshold_AreAllThatAreAlive()
    {
        EndpointModel[] all = [One(1), One(2, EndpointHealth.Unhealthy), One(3, EndpointHealth.Unhealthy), One(4, EndpointHealth.Draining)];
        Assert.Equal([1, 2, 3], Candidates(50, all));
        Assert.Equal([1], Candidates(0, all));
    }

    [Fact]
    public void Sets_EjectedEndpoint_CountsAsUnhealthyAndServesInPanic()
    {
        EndpointModel[] all = [One(1), One(2), One(3)];
        all[0].State.Vitals.IsEjected = true;
        Assert.Equal([2, 3], Candidates(50, all));
        all[1].State.Vitals.IsEjected = true;
        Assert.Equal([3], Candidates(0, all));
        Assert.Equal([1, 2, 3], Candidates(50, all));
    }

    [Fact]
    public void LocalityWeights_ShareAndGiveWayWithHealth()
    {
        var config = new UpstreamConfigModel { Name = "u", UsesLocalityWeights = true, Balancer = BalancerKind.Random };
        EndpointModel[] all = [One(1).In("a", 80), One(2).In("b", 20), One(3).In("b", 20)];
        var picks = Picks(Upstream(config, all), 20_000);
        Assert.InRange(picks[1], 15_500, 16_500);
        Assert.InRange(picks[2] + picks[3], 3_500, 4_500);
        // Half of b gone: 20 x 1.4 x 1/2 = 14 of 94.
        var b = all[1] with { Health = EndpointHealth.Unhealthy };
        picks = Picks(Upstream(config, all[0], b, all[2]), 20_000);
        Assert.InRange(picks[3], 2_500, 3_450);
        Assert.False(picks.ContainsKey(2));
    }

    [Fact]
    public void Zones_EnoughInTheOwnZone_StayThere()
    {
        var zones = new ZoneModel("r/a/", Peers(1, 1), MinimumSize: 2);
        var config = new UpstreamConfigModel { Name = "u", Zones = zones };
        Assert.Equal([1, 2], Endpoints.Candidates(new UpstreamModel(config, [One(1).In("a"), One(2).In("a"), One(3).In("b")])));
    }

    public static TheoryData<string, int, int, int> NoZones => new()
    {
        { "too few endpoints", 6, 1, 1 },
        { "no callers known in the own zone", 2, 0, 3 },
        { "none known at all", 2, 0, 0 },
    };

    [Theory]
    [MemberData(nameof(NoZones))]
    public void Zones_NotToBeMinded_AllAlike(string why, int minimum, int here, int there)
    {
        var config = new UpstreamConfigModel { Name = why, Zones = new ZoneModel("r/a/", Peers(here, there), minimum) };
        Assert.Equal([1, 2, 3], Endpoints.Candidates(new UpstreamModel(config, [One(1).In("a"), One(2).In("a"), One(3).In("b")])));
    }

    [Fact]
    public void Zones_NoEndpointInTheOwnZone_AllAlike()
    {
        var config = new UpstreamConfigModel { Name = "u", Zones = new ZoneModel("r/a/", Peers(1, 1), 2) };
        Assert.Equal([1, 2, 3], Endpoints.Candidates(new UpstreamModel(config, [One(1).In("b"), One(2).In("b"), One(3).In("c")])));
    }

    [Fact]
    public void Zones_AllCallersInOneZone_BurdenEndpointsAlike()
    {
        var config = new UpstreamConfigModel { Name = "u", Zones = new ZoneModel("r/a/", Peers(3, 0), 2), Balancer = BalancerKind.Random };
        var picks = Picks(Upstream(config, One(1).In("a"), One(2).In("b"), One(3).In("c"), One(4).In("c")), 20_000);
        Assert.All(picks.Values, p => Assert.InRange(p, 4_500, 5_500));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Zones_AnyNumbersOfCallersAndEndpoints_EachEndpointBearsTheSameAsFarAsItsZoneHasCallers(int seed)
    {
        var random = new Random(seed);
        for (var turn = 0; turn < 200; turn++)
        {
            // Every zone has endpoints, so that the callers of each follow zone-aware routing.
            var zones = Enumerable.Range(0, random.Next(2, 6)).Select(i => $"z{i}").ToArray();
            var endpoints = zones.ToDictionary(z => z, _ => random.Next(1, 8));
            var callers = zones.ToDictionary(z => z, _ => random.Next(1, 8));
            var peers = new PeerCounts();
            peers.Replace(callers.Select(c => KeyValuePair.Create($"r/{c.Key}/", c.Value)));
            var all = zones.SelectMany((z, i) => Enumerable.Range(0, endpoints[z]).Select(n => One(100 * i + n + 1).In(z))).ToArray();
            var load = new Dictionary<string, double>();
            foreach (var zone in zones)
            {
                var model = new UpstreamModel(new UpstreamConfigModel { Name = "u", Zones = new ZoneModel($"r/{zone}/", peers, 1) }, all);
                for (var i = 0; i < model.Sets.Length; i++)
                    load[model.Sets[i].Schedule[0].Locality.Zone] = load.GetValueOrDefault(model.Sets[i].Schedule[0].Locality.Zone) + callers[zone] * Share(model, model.Sets[i]);
            }
            foreach (var zone in zones) Assert.Equal(callers.Values.Sum() / (double)all.Length, load[zone] / endpoints[zone], 0.02);
        }
    }

    private static double Share(UpstreamModel model, PickSet set)
    {
        var hits = 0;
        const int probes = 1000;
        for (var i = 0; i < probes; i++)
            if (model.SetAt((int)((i + 0.5) / probes * model.Whole)) == set) hits++;
        return hits / (double)probes;
    }

    private static PeerCounts Peers(int here, int there)
    {
        var peers = new PeerCounts();
        peers.Replace([KeyValuePair.Create("r/a/", here), KeyValuePair.Create("r/b/", there)]);
        return peers;
    }

    [Fact]
    public void Zones_TooFewInTheOwnZone_TheRestGoesWhereCapacityIs()
    {
        // Half of the callers here but a quarter of the endpoints: half of the requests stay, the rest goes to b.
        var zones = new ZoneModel("r/a/", Peers(2, 2), MinimumSize: 2);
        var config = new UpstreamConfigModel { Name = "u", Zones = zones, Balancer = BalancerKind.Random };
        var picks = Picks(Upstream(config, One(1).In("a"), One(2).In("b"), One(3).In("b"), One(4).In("b")), 20_000);
        Assert.InRange(picks[1], 9_500, 10_500);
    }

    private static int[] Candidates(double threshold, params EndpointModel[] endpoints) =>
        Endpoints.Candidates(new UpstreamModel(new UpstreamConfigModel { Name = "u", PanicThreshold = threshold }, endpoints));
}
