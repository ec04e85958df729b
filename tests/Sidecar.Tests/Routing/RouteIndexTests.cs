using System.Globalization;
using Mesh.Sidecar.Routing;
using Microsoft.AspNetCore.Http;

namespace Mesh.Sidecar.Tests.Routing;

public sealed class RouteIndexTests
{
    private static readonly string[] Words = ["/", "/a", "/a/", "/a/b", "/A", "/ab", "/b", "/b/a", "/b/a/a", "/B/", "/a/b/b", "/bb"];

    private static readonly string[] Expressions = ["{0}", "{0}.?", "{0}*", "{0}?", "{0}b+", "{0}b{{0,1}}", "{0}|/b/a", "/b|{0}", "({0}|/a)b?", "(?i){0}", "^{0}$", ".*{0}", "{0}[ab/]*", @"{0}\w"];

    /// <summary>Against the definition, going through the routes in order, on random tables and paths.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Find_OnRandomTables_IsTheFirstThatMatches(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var routes = Enumerable.Range(0, random.Next(9, 40)).Select(i => Route(random, i)).ToArray();
            var index = new RouteIndex(routes);
            for (var i = 0; i < 30; i++)
            {
                var request = new DefaultHttpContext().Request;
                if (random.Next(2) == 0) request.Headers["x-a"] = "1";
                var path = Path(random);
                var expected = Array.Find(routes, r => r.IsMatch(request, path, default));
                Assert.Same(expected, index.Find(request, path, default));
            }
        }
    }

    [Fact]
    public void Find_AmongManyRoutes_AllocatesNothing()
    {
        var routes = Enumerable.Range(0, 5000).Select(i => new RouteModel { Name = "", Path = new PathMatch(PathMatchKind.Prefix, $"/api/{i}/", true) }).ToArray();
        var index = new RouteIndex(routes);
        var request = new DefaultHttpContext().Request;
        Assert.Same(routes[4321], index.Find(request, "/api/4321/x", default));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) index.Find(request, "/api/4321/x", default);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static string Path(Random random) => Words[random.Next(Words.Length)] + (random.Next(2) == 0 ? "" : Words[random.Next(Words.Length)]);

    private static RouteModel Route(Random random, int place)
    {
        var kind = (PathMatchKind)random.Next(4);
        var text = kind == PathMatchKind.Regex ? string.Format(CultureInfo.InvariantCulture, Expressions[random.Next(Expressions.Length)], Path(random)) : Path(random);
        return new RouteModel
        {
            Name = $"{place}",
            Path = new PathMatch(kind, text, random.Next(3) > 0),
            Headers = random.Next(3) > 0 ? [] : [new HeaderMatch("x-a", null, null, present: random.Next(2) == 0, invert: false, missingIsEmpty: false)],
        };
    }
}
