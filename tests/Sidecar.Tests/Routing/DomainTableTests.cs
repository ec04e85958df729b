using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Tests.Routing;

public sealed class DomainTableTests
{
    [Fact]
    public void Find_ManyDomains_IsWhatADictionarySays()
    {
        var random = new Random(11);
        var domains = Enumerable.Range(0, 3_000).Select(i => ($"{Word(random)}.n{i % 7}.svc.cluster.local{(i % 3 == 0 ? ":8080" : "")}", i)).ToArray();
        var expected = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var (domain, host) in domains) expected.TryAdd(domain, host);
        var table = DomainTable.Build(domains);
        foreach (var (domain, host) in expected)
        {
            Assert.Equal(host, table.Find(domain));
            Assert.Equal(host, table.Find(domain.ToUpperInvariant()));
            Assert.Equal(expected.GetValueOrDefault(domain + "x", -1), table.Find(domain + "x"));
            Assert.Equal(expected.GetValueOrDefault(domain[1..], -1), table.Find(domain.AsSpan(1)));
        }
    }

    [Fact]
    public void Find_DomainsThatBeginOneAnother_AreToldApart()
    {
        string[] domains = ["s1", "s1:8080", "s1.default", "s1.default:8080", "s1.default.svc:8080", "s1.default.svc.cluster.local", "odd:08080", "odd:0", "odd:99999", "[::1]:80"];
        var table = DomainTable.Build([("first.example", 7), .. domains.Select(d => (d, 3)), ("s2:8080", 4), ("s2", 4)]);
        foreach (var domain in domains) Assert.Equal(3, table.Find(domain.ToUpperInvariant()));
        Assert.Equal((7, 4, 4), (table.Find("first.example"), table.Find("s2"), table.Find("s2:8080")));
        string[] others = ["s", "s1.", "s1:", "s1:80", "s1:808", "s1:08080", "s1:80800", "s1:8080x", "s1.default.svc", "s1.default.svc.cluster.local:8080", "odd", "odd:8080", "odd:80", "[::1]", "s2:8081"];
        foreach (var other in others) Assert.Equal(-1, table.Find(other));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("reviews@")]
    [InlineData("reviews\u00e9")]
    public void Find_OfNone_IsNone(string domain)
    {
        Assert.Equal(-1, DomainTable.Build([]).Find(domain));
        // A grave accent is what folding makes of an at sign.
        Assert.Equal(-1, DomainTable.Build([("reviews`", 0), ("b", 1)]).Find(domain));
    }

    [Fact]
    public void FindHost_DomainThatIsNotAscii_IsFound()
    {
        var table = new RouteTable("t", [(new VirtualHostModel("one", []), ["caf\u00e9.example"])], ignorePort: false);
        Assert.Equal("one", table.FindHost("CAF\u00c9.example")!.Name);
    }

    private static string Word(Random random) => string.Concat(Enumerable.Range(0, 1 + random.Next(6)).Select(_ => (char)('a' + random.Next(5))));
}
