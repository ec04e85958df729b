using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests.Clusters;

public sealed class OutlierPolicyTests
{
    // What is counted and whether it ejects, as gateway errors and then 5xx; Envoy's own default is 5xx.
    [Theory]
    [InlineData("{consecutiveErrors: 7}", "7/100 0/0")]
    [InlineData("{consecutiveErrors: 7, consecutive5xxErrors: 9}", "7/100 9/100")]
    [InlineData("{consecutiveErrors: 7, consecutiveGatewayErrors: 3}", "3/100 -/-")]
    [InlineData("{consecutiveGatewayErrors: 3, consecutive5xxErrors: 0}", "3/100 0/0")]
    [InlineData("{consecutive5xxErrors: 4}", "-/- 4/100")]
    [InlineData("{interval: 1s}", "-/- -/-")]
    public void Translate_Errors_CountsWhatTheFieldsMean(string outliers, string expected)
    {
        var mesh = new MeshBuilder().Service("default/a", "http:80").Apply($$$"""
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: a}
            spec: {host: a, trafficPolicy: {outlierDetection: {{{outliers}}}}}
            """);

        var found = Translator.Translate(mesh.Build(), Proxies.Sidecar("default/client", "app=client")).Cluster("outbound|80||a.default.svc.cluster.local").OutlierDetection;

        Assert.Equal(expected, $"{Word(found.ConsecutiveGatewayFailure)}/{Word(found.EnforcingConsecutiveGatewayFailure)} {Word(found.Consecutive5Xx)}/{Word(found.EnforcingConsecutive5Xx)}");
    }

    private static string Word(uint? value) => value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-";
}
