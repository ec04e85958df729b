using BenchmarkDotNet.Attributes;
using Mesh.Sidecar.Routing;
using Microsoft.AspNetCore.Http;

namespace Mesh.Bench.Micro;

/// <summary>
/// The route among many of one host: the last one, by prefix, by exact path, and one that none matches. Going through them in order would take
/// ten times as long for ten times the routes; the index takes a few more steps of a binary search. Expressions can only be tried one after the other: a path
/// that only the last of as many expressions matches, and one with an earlier route than all of them. None may allocate.
/// </summary>
public class RouteIndexBenchmarks
{
    private readonly HttpRequest _request = new DefaultHttpContext().Request;
    private RouteIndex _index = null!;
    private RouteIndex _expressions = null!;
    private string _prefix = "";
    private string _exact = "";
    private string _expression = "";

    [Params(10, 100, 1_000, 10_000)]
    public int Routes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _index = new RouteIndex([.. Enumerable.Range(0, Routes).Select(Route)]);
        _expressions = new RouteIndex([Route(0), .. Enumerable.Range(1, Routes - 1).Select(Expression)]);
        var last = Routes - 1;
        _expression = $"/user/{last}/7";
        _prefix = $"/api/{last - (last % 2)}/item/7";
        _exact = $"/page/{last - 1 + (last % 2)}";
    }

    [Benchmark]
    public object Prefix() => _index.Find(_request, _prefix, default) ?? throw new InvalidOperationException("no route");

    [Benchmark]
    public object Exact() => _index.Find(_request, _exact, default) ?? throw new InvalidOperationException("no route");

    [Benchmark]
    public object? Nothing() => _index.Find(_request, "/nowhere", default);

    [Benchmark]
    public object LastExpression() => _expressions.Find(_request, _expression, default) ?? throw new InvalidOperationException("no route");

    [Benchmark]
    public object BeforeExpressions() => _expressions.Find(_request, "/api/0/item/7", default) ?? throw new InvalidOperationException("no route");

    private static RouteModel Expression(int place) => new() { Name = $"{place}", Path = new PathMatch(PathMatchKind.Regex, $"/user/{place}/[0-9]+", true) };

    private static RouteModel Route(int place) => new()
    {
        Name = $"{place}",
        Path = place % 2 == 0 ? new PathMatch(PathMatchKind.Prefix, $"/api/{place}/", true) : new PathMatch(PathMatchKind.Exact, $"/page/{place}", true),
    };
}
