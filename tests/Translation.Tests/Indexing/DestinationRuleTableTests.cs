using Mesh.Translation.Indexing;
using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests.Indexing;

public sealed class DestinationRuleTableTests
{
    private static readonly ServiceName Service = new("shop", "cart");

    [Theory]
    [InlineData("client/own:cart.shop.svc.cluster.local shop/theirs:cart mesh-system/root:*", "own")]
    [InlineData("shop/theirs:cart mesh-system/root:*", "theirs")]
    [InlineData("mesh-system/root:*.local", "root")]
    [InlineData("elsewhere/x:cart.shop.svc.cluster.local", "")]
    [InlineData("shop/wide:*.shop.svc.cluster.local shop/exact:cart", "exact")]
    [InlineData("shop/wider:*.local shop/wide:*.shop.svc.cluster.local", "wide")]
    [InlineData("client/wide:*.shop.svc.cluster.local shop/exact:cart", "wide")]
    [InlineData("shop/private:cart@. mesh-system/root:*.local", "root")]
    [InlineData("client/private:cart.shop.svc.cluster.local@.", "private")]
    public void Find_RulesInSeveralNamespaces_PrefersTheClientsThenTheServices(string rules, string expected)
    {
        var table = new DestinationRuleTable(rules.Split(' ').Aggregate(new MeshBuilder(), (mesh, rule) => mesh.Apply(Rule(rule))).Objects);
        Assert.Equal(expected, table.Find(Service, "client", "mesh-system")?.Sources[0].Key.Name ?? "");
    }

    [Fact]
    public void Find_TwoForOneHost_MergesSubsetsAndKeepsTheOldestPolicy()
    {
        var table = new DestinationRuleTable(new MeshBuilder().Apply("""
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: b, namespace: shop}
            spec: {host: cart, trafficPolicy: {loadBalancer: {simple: RANDOM}}, subsets: [{name: v1, labels: {version: v1}}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: a, namespace: shop}
            spec:
              host: cart
              trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}
              subsets: [{name: v1, labels: {version: other}}, {name: v2, labels: {version: v2}}]
            """).Objects);
        var rule = table.Find(Service, "client", "mesh-system");
        Assert.NotNull(rule);
        Assert.Equal(Core.Resources.Networking.SimpleLb.Random, rule.Policy?.LoadBalancer?.Simple);
        Assert.Equal(["v1", "v2"], rule.Subsets.Select(s => s.Name));
        Assert.Equal("v1", rule.Subsets[0].Labels["version"]);
        Assert.Equal(["spec.trafficPolicy", "spec.subsets[0]"], rule.Problems.Select(p => p.Path));
    }

    /// <summary>Written <c>namespace/name:host@exportTo</c>.</summary>
    private static string Rule(string text)
    {
        var parts = text.Split('/', ':', '@');
        return $$"""
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: {{parts[1]}}, namespace: {{parts[0]}}}
            spec: {host: "{{parts[2]}}", exportTo: ["{{(parts.Length > 3 ? parts[3] : "*")}}"]}
            """;
    }
}
