using System.Net;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Telemetry;
using Mesh.Sidecar.Upstreams;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Sidecar.Tests.Balancing;

public sealed class LoadBalancerTests
{
    private static readonly UpstreamConnector Connector =
        new(new TlsHandshakes(new WorkloadIdentity(), new PeerVerifier("cluster.local", TimeProvider.System, NullLogger.Instance)), TimeProvider.System);

    [Fact]
    public void RoundRobin_SpreadsByWeight()
    {
        var upstream = Upstream(BalancerKind.RoundRobin, Endpoint(1, weight: 3), Endpoint(2, weight: 1));
        var picks = Enumerable.Range(0, 400).Select(_ => Pick(upstream)).CountBy(p => p).ToDictionary();
        Assert.Equal(300, picks[1]);
        Assert.Equal(100, picks[2]);
    }

    [Fact]
    public void LeastRequest_AvoidsTheBusyOne()
    {
        var busy = Endpoint(1);
        for (var i = 0; i < 50; i++) Assert.True(busy.State.TryAcquire());
        var upstream = Upstream(BalancerKind.LeastRequest, busy, Endpoint(2));
        // The busy one is taken only when both choices fall on it.
        var picks = Enumerable.Range(0, 1000).Count(_ => Pick(upstream) == 1);
        Assert.InRange(picks, 150, 350);
    }

    [Fact]
    public void Acquire_AfterATry_TakesAnotherEndpointIfThereIsOne()
    {
        var first = Endpoint(1);
        var upstream = Upstream(BalancerKind.Random, first, Endpoint(2));
        var tried = new TriedEndpoints();
        tried.Add(first.State);
        for (var i = 0; i < 50; i++)
        {
            var picked = LoadBalancer.Acquire(upstream, tried)!;
            Assert.Equal(2, picked.State.Key.Address.Port);
            picked.State.Release();
        }
    }

    [Fact]
    public void RetiredEndpoint_RefusesAndItsLastRequestEndsIt()
    {
        var endpoint = Endpoint(1);
        Assert.True(endpoint.State.TryAcquire());
        endpoint.State.Retire();
        Assert.True(endpoint.State.TryAcquire());
        endpoint.State.Release();
        endpoint.State.Release();
        Assert.False(endpoint.State.TryAcquire());
        Assert.Equal(0, endpoint.State.InFlight);
    }

    [Fact]
    public void Candidates_PreferHealthyThenDegradedThenDraining()
    {
        var healthy = Endpoint(1);
        var degraded = Endpoint(2, EndpointHealth.Degraded);
        var draining = Endpoint(3, EndpointHealth.Draining);
        var ill = Endpoint(4, EndpointHealth.Unhealthy);
        Assert.Equal([healthy], UpstreamModel.Candidates([healthy, degraded, draining, ill], 0));
        Assert.Equal([degraded], UpstreamModel.Candidates([degraded, draining, ill], 0));
        Assert.Equal([draining], UpstreamModel.Candidates([draining, ill], 0));
        Assert.Empty(UpstreamModel.Candidates([ill], 0));
    }

    [Fact]
    public void Candidates_BelowThePanicThreshold_AreAllThatAreAlive()
    {
        EndpointModel[] all = [Endpoint(1), Endpoint(2, EndpointHealth.Unhealthy), Endpoint(3, EndpointHealth.Unhealthy)];
        Assert.Equal(3, UpstreamModel.Candidates(all, 50).Count);
        Assert.Single(UpstreamModel.Candidates(all, 0));
    }

    [Fact]
    public void Candidates_UseTheLowestPriorityThatServes()
    {
        var far = Endpoint(2) with { Priority = 1 };
        Assert.Equal([far], UpstreamModel.Candidates([Endpoint(1, EndpointHealth.Unhealthy), far], 0));
    }

    private static int Pick(UpstreamState upstream)
    {
        var tried = new TriedEndpoints();
        var picked = LoadBalancer.Acquire(upstream, tried)!;
        picked.State.Release();
        return picked.State.Key.Address.Port;
    }

    private static UpstreamState Upstream(BalancerKind kind, params EndpointModel[] endpoints) =>
        new("u") { Model = new UpstreamModel(new UpstreamConfigModel { Name = "u", Balancer = kind }, endpoints) };

    private static EndpointModel Endpoint(int port, EndpointHealth health = EndpointHealth.Healthy, uint weight = 1) => new(
        new EndpointState(new EndpointKey(new IPEndPoint(IPAddress.Loopback, port), null, new ConnectionSettings(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1)), Connector),
        health, weight, 0, null, PeerIdentity.Unknown);
}
