using BenchmarkDotNet.Attributes;
using Mesh.Sidecar.Routing;
using Microsoft.AspNetCore.Http;

namespace Mesh.Bench.Micro;

/// <summary>
/// The route among many of one host: the last one, by prefix, by exact path, and one that none matches. Going through them in order would take
/// ten times as long for ten times the routes; the index takes a few more steps of a binary search. None may allocate.
/// </summary>
public class RouteIndexBenchmarks
{
    private readonly HttpRequest _request = new DefaultHttpContext().Request;
    private RouteIndex _index = null!;
    private string _prefix = "";
    private string _exact = "";

    [Params(10, 100, 1_000, 10_000)]
    public int Routes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _index = new RouteIndex([.. Enumerable.Range(0, Routes).Select(Route)]);
        var last = Routes - 1;
        _prefix = $"/api/{last - (last % 2)}/item/7";
        _exact = $"/page/{last - 1 + (last % 2)}";
    }

    [Benchmark]
    public object Prefix() => _index.Find(_request, _prefix, default) ?? throw new InvalidOperationException("no route");

    [Benchmark]
    public object Exact() => _index.Find(_request, _exact, default) ?? throw new InvalidOperationException("no route");

    [Benchmark]
    public object? Nothing() => _index.Find(_request, "/nowhere", default);

    private static RouteModel Route(int place) => new()
    {
        Name = $"{place}",
        Path = place % 2 == 0 ? new PathMatch(PathMatchKind.Prefix, $"/api/{place}/", true) : new PathMatch(PathMatchKind.Exact, $"/page/{place}", true),
    };
}
