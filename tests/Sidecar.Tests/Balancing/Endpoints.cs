using System.Net;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Telemetry;
using Mesh.Sidecar.Upstreams;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Sidecar.Tests.Balancing;

/// <summary>Short ways to make endpoints and upstreams that no connection is made to.</summary>
internal static class Endpoints
{
    public static readonly UpstreamConnector Connector =
        new(new TlsHandshakes(new WorkloadIdentity(), new PeerVerifier("cluster.local", TimeProvider.System, NullLogger.Instance)), TimeProvider.System);

    private static readonly ConnectionSettings Settings = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1);

    public static EndpointModel One(int port, EndpointHealth health = EndpointHealth.Healthy, uint weight = 1, uint priority = 0) => new(
        new EndpointState(new EndpointKey(new IPEndPoint(IPAddress.Loopback, port), null, Settings), Connector), health, weight, priority, null, PeerIdentity.Unknown);

    public static EndpointModel[] Many(int count) => [.. Enumerable.Range(1, count).Select(i => One(i))];

    public static EndpointModel In(this EndpointModel endpoint, string zone, uint localityWeight = 0) =>
        endpoint with { Locality = new LocalityModel("r", zone, "", localityWeight) };

    public static UpstreamState Upstream(UpstreamConfigModel config, params EndpointModel[] endpoints) =>
        new(config.Name) { Model = new UpstreamModel(config, endpoints) };

    public static UpstreamState Upstream(BalancerKind kind, params EndpointModel[] endpoints) =>
        Upstream(new UpstreamConfigModel { Name = "u", Balancer = kind }, endpoints);

    public static int Port(this EndpointModel endpoint) => ((System.Net.IPEndPoint)endpoint.State.Key.Address).Port;

    public static int Pick(UpstreamState upstream, PickContext context = default)
    {
        var picked = LoadBalancer.Acquire(upstream, default, context)!;
        picked.State.Release();
        return picked.Port();
    }

    /// <summary>Picks by endpoint's port.</summary>
    public static Dictionary<int, int> Picks(UpstreamState upstream, int count) =>
        Enumerable.Range(0, count).Select(_ => Pick(upstream)).CountBy(p => p).ToDictionary();

    /// <summary>All endpoints that may be picked, by port.</summary>
    public static int[] Candidates(UpstreamModel model) =>
        [.. model.Sets.SelectMany(s => s.Schedule).Select(Port).Distinct().Order()];
}
