using System.Net;
using BenchmarkDotNet.Attributes;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Routing;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Telemetry;
using Mesh.Sidecar.Upstreams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Bench.Micro;

/// <summary>
/// The sidecar's own steps of every request: the route (the last one of a virtual host among many, by path and header), the endpoint, the
/// count. None may allocate.
/// </summary>
public class RequestPathBenchmarks
{
    private const string Host = "s7.default.svc.cluster.local:8080";
    private readonly RequestMetrics _metrics = new();
    private readonly DefaultHttpContext _context = new();
    private readonly UpstreamState _roundRobin = new("round robin");
    private readonly UpstreamState _leastRequest = new("least request");
    private RouteTable _table = null!;
    private RequestLabels _labels;
    private string _path = "";

    /// <summary>Services in the table.</summary>
    [Params(10, 1_000)]
    public int Services { get; set; }

    /// <summary>Routes of each.</summary>
    [Params(1, 20)]
    public int Routes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _path = $"/api/{Routes - 1}/item";
        _context.Request.Headers["end-user"] = "jason";
        _table = new RouteTable("bench", [.. Enumerable.Range(0, Services).Select(HostModel)], ignorePort: false);
        SetEndpoints(_roundRobin, BalancerKind.RoundRobin);
        SetEndpoints(_leastRequest, BalancerKind.LeastRequest);
        var peer = new PeerIdentity("reviews-v1", "default", "reviews", "v1", "reviews", "v1", "Kubernetes");
        _labels = new RequestLabels(false, peer, peer with { Workload = "ratings-v1" }, new ServiceIdentity(Host, "s7", "default"),
            "spiffe://cluster.local/ns/default/sa/reviews", null, false, 200, -1, "-", true);
    }

    [Benchmark]
    public object Route() => _table.Find(Host, _context.Request, _path, default) ?? throw new InvalidOperationException("no route");

    [Benchmark]
    public void RoundRobin() => Pick(_roundRobin);

    [Benchmark]
    public void LeastRequest() => Pick(_leastRequest);

    [Benchmark]
    public void Record() => _metrics.For(_labels).Record(1.5, 0, 128);

    private static void Pick(UpstreamState upstream)
    {
        var picked = LoadBalancer.Acquire(upstream, default) ?? throw new InvalidOperationException("no endpoint");
        picked.State.Release();
    }

    private static void SetEndpoints(UpstreamState upstream, BalancerKind balancer)
    {
        var config = new UpstreamConfigModel { Name = upstream.Name, Balancer = balancer };
        var connector = new UpstreamConnector(
            new TlsHandshakes(new WorkloadIdentity(), new PeerVerifier("cluster.local", TimeProvider.System, NullLogger.Instance)), TimeProvider.System);
        upstream.Model = new UpstreamModel(config,
        [
            .. Enumerable.Range(1, 10).Select(i => new EndpointModel(
                new EndpointState(new EndpointKey(new IPEndPoint(IPAddress.Loopback, i), null, config.Connection), connector),
                EndpointHealth.Healthy, 1, 0, null, PeerIdentity.Unknown)),
        ]);
    }

    private (VirtualHostModel, IReadOnlyList<string>) HostModel(int service) => (new VirtualHostModel($"s{service}",
        [
            .. Enumerable.Range(0, Routes).Select(i => new RouteModel
            {
                Name = $"r{i}",
                Path = new PathMatch(PathMatchKind.Prefix, $"/api/{i}/", caseSensitive: true),
                Headers = [new HeaderMatch("end-user", new StringMatch(StringMatchKind.Exact, "jason"), null, present: true, invert: false, missingIsEmpty: false)],
            }),
        ]), [$"s{service}.default.svc.cluster.local:8080", $"s{service}.default:8080", $"s{service}:8080"]);
}
