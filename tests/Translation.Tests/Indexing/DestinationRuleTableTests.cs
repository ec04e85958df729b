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

    [Theory]
    [InlineData("app=web,tier=front", "chosen")]
    [InlineData("app=web", "theirs")]
    [InlineData("app=web,all=no", "exact")]
    public void Find_RulesForChosenCallers_TakeThePlaceOfWiderOnesForThemAlone(string labels, string expected)
    {
        var table = new DestinationRuleTable(new MeshBuilder()
            .Apply(Rule("shop/theirs:cart")).Apply(Chosen("client/chosen:cart.shop.svc.cluster.local", "tier: front"))
            .Apply(Chosen("client/exact:cart.shop.svc.cluster.local", "all: \"no\"")).Apply(Chosen("client/wild:*.local", "tier: none")).Objects);

        var chosen = table.Chosen("client", MeshBuilder.ParseLabels(labels));

        Assert.Equal(expected, table.Find(Service, "client", "mesh-system", chosen)!.Sources[0].Key.Name);
        // Callers of other namespaces have nothing to do with it, whatever their labels.
        Assert.Equal("theirs", table.Find(Service, "else", "mesh-system", table.Chosen("else", MeshBuilder.ParseLabels(labels)))!.Sources[0].Key.Name);
    }

    [Fact]
    public void Find_SeveralChooseACaller_TheOldestIsInForceAndThoseOfItsSelectorAreMerged()
    {
        var table = new DestinationRuleTable(new MeshBuilder()
            .Apply(Chosen("shop/a:cart", "tier: front")).Apply(Chosen("shop/b:cart", "app: web")).Apply(Chosen("shop/c:cart", "tier: front")).Apply(Rule("shop/d:cart")).Objects);

        var rule = table.Find(Service, "shop", "mesh-system", table.Chosen("shop", MeshBuilder.ParseLabels("app=web,tier=front")))!;

        Assert.Equal(["a", "c"], rule.Sources.Select(s => s.Key.Name));
        Assert.Contains(rule.Problems, p => p.Object.Name == "b" && p.Path == "spec.workloadSelector");
    }

    [Fact]
    public void Find_SelectorWithoutLabels_IsForItsNamespaceAlone()
    {
        var table = new DestinationRuleTable(new MeshBuilder().Apply(Chosen("shop/own:cart", "")).Objects);
        Assert.NotNull(table.Find(Service, "shop", "mesh-system", table.Chosen("shop", MeshBuilder.ParseLabels("app=web"))));
        Assert.Null(table.Find(Service, "client", "mesh-system", table.Chosen("client", MeshBuilder.ParseLabels("app=web"))));
    }

    private static string Chosen(string rule, string labels) => Rule(rule + "@.").TrimEnd().TrimEnd('}') + $", workloadSelector: {{matchLabels: {{{labels}}}}}}}";

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
