using System.Text;
using Mesh.Sidecar.Balancing;
using static Mesh.Sidecar.Tests.Balancing.Endpoints;

namespace Mesh.Sidecar.Tests.Balancing;

public sealed class HashingTests
{
    private const int Keys = 20_000;

    [Theory]
    // Published test vectors of xxHash64 with seed 0.
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void XxHash_GivesThePublishedValues(string text, ulong expected)
    {
        Assert.Equal(expected, XxHash.Of(text));
        Assert.Equal(expected, XxHash.Of(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData(BalancerKind.RingHash, 0.6)]
    [InlineData(BalancerKind.Maglev, 0.1)]
    public void Tables_SpreadKeysByWeight(object kind, double tolerance)
    {
        var table = Table((BalancerKind)kind, [.. Enumerable.Range(1, 9).Select(i => One(i)), One(10, weight: 3)]);
        var counts = Enumerable.Range(0, Keys).Select(k => table.Find(XxHash.Of($"key {k}"), 0).Port()).CountBy(p => p).ToDictionary();
        foreach (var (port, count) in counts)
        {
            var expected = Keys * (port == 10 ? 3 : 1) / 12.0;
            Assert.InRange(count, expected * (1 - tolerance), expected * (1 + tolerance));
        }
    }

    [Theory]
    // The ring keeps its minimum size, so that nine endpoints have more places each than ten had (as Envoy's).
    [InlineData(BalancerKind.RingHash, 0.1)]
    [InlineData(BalancerKind.Maglev, 0.05)]
    public void Tables_EndpointGone_MovesItsKeysAndHardlyAnyOthers(object kind, double others)
    {
        var all = Many(10);
        var before = Table((BalancerKind)kind, all);
        var after = Table((BalancerKind)kind, [.. all.Where(e => e.Port() != 4)]);
        var moved = 0;
        for (var k = 0; k < Keys; k++)
        {
            var hash = XxHash.Of($"key {k}");
            var was = before.Find(hash, 0).Port();
            if (was != 4 && after.Find(hash, 0).Port() != was) moved++;
        }
        Assert.InRange(moved, 0, (int)(Keys * others));
    }

    [Theory]
    [InlineData(BalancerKind.RingHash)]
    [InlineData(BalancerKind.Maglev)]
    public void Tables_DoNotDependOnTheOrderOfEndpoints(object kind)
    {
        var all = Many(7);
        var one = Table((BalancerKind)kind, all);
        var other = Table((BalancerKind)kind, [.. all.Reverse()]);
        for (var k = 0; k < 1000; k++) Assert.Equal(one.Find(XxHash.Of($"{k}"), 0).Port(), other.Find(XxHash.Of($"{k}"), 0).Port());
    }

    [Theory]
    [InlineData(BalancerKind.RingHash)]
    [InlineData(BalancerKind.Maglev)]
    public void Acquire_SameHash_SameEndpointUntilItFailed(object kind)
    {
        var upstream = Upstream((BalancerKind)kind, Many(5));
        var context = new PickContext(Hash: XxHash.Of("user 17"));
        var first = LoadBalancer.Acquire(upstream, default, context)!;
        for (var i = 0; i < 50; i++) Assert.Equal(first.Port(), Pick(upstream, context));
        var tried = new TriedEndpoints();
        tried.Add(first.State);
        Assert.NotEqual(first.Port(), LoadBalancer.Acquire(upstream, tried, context)!.Port());
        Assert.Equal(first.Port(), LoadBalancer.Acquire(upstream, tried, context with { MayRepeat = true })!.Port());
    }

    [Fact]
    public void Ring_HasAtLeastTheMinimumSize()
    {
        var ring = HashRing.Build([.. Many(3).Select(e => (e, 1.0))], new HashingModel(MinimumRingSize: 1000));
        Assert.Equal(1002, ring.Size);
        // Three places for each is ten rounded up, and never more than the maximum.
        Assert.Equal(12, HashRing.Build([.. Many(3).Select(e => (e, 1.0))], new HashingModel(MinimumRingSize: 10)).Size);
        Assert.Equal(5, HashRing.Build([.. Many(3).Select(e => (e, 1.0))], new HashingModel(MinimumRingSize: 5, MaximumRingSize: 5)).Size);
    }

    private static IHashTable Table(BalancerKind kind, EndpointModel[] endpoints) =>
        new UpstreamModel(new UpstreamConfigModel { Name = "u", Balancer = kind }, endpoints).Sets.Single().Hash!;
}
