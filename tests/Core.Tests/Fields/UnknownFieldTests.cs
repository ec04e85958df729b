namespace Mesh.Core.Tests.Fields;

public sealed class UnknownFieldTests
{
    [Theory]
    [InlineData("VirtualService", "hosts: [a]\nhttp: [{route: [{destination: {host: a}}], wieght: 5}]", "It belongs in")]
    [InlineData("VirtualService", "hosts: [a]\nhttp: [{route: [{destination: {host: a}}], subset: v1}]", "It belongs in spec.http[].mirror.subset or spec.http[].route[].destination.subset.")]
    [InlineData("VirtualService", "hosts: [a]\nretries: {attempts: 2}\nhttp: [{route: [{destination: {host: a}}]}]", "It belongs in spec.http[].retries.")]
    [InlineData("VirtualService", "hosts: [a]\nhttp: [{route: [{destination: {host: a}}], labels: {a: b}}]", "It belongs in")]
    [InlineData("DestinationRule", "host: a\ntls: {mode: ISTIO_MUTUAL}", "It belongs in spec.trafficPolicy.tls")]
    [InlineData("DestinationRule", "host: a\nTrafficPolicy: {}", "Did you mean \"trafficPolicy\"?")]
    [InlineData("AuthorizationPolicy", "rules: [{from: [{principals: [a]}]}]", "It belongs in spec.rules[].from[].source.principals.")]
    [InlineData("AuthorizationPolicy", "rules: [{operation: {paths: [/a]}}]", "It belongs in spec.rules[].to[].operation.")]
    [InlineData("PeerAuthentication", "portMtls: {80: {mode: STRICT}}", "Did you mean \"portLevelMtls\"?")]
    [InlineData("HTTPRoute", "matches: []", "It belongs in spec.rules[].matches.")]
    public void Read_FieldInTheWrongPlace_SaysWhereItBelongs(string kind, string spec, string hint)
    {
        var unknown = Read.Spec(kind, spec).Diagnostics.Where(d => d.Reason == "unknown field");

        if (spec.Contains("wieght", StringComparison.Ordinal)) Assert.DoesNotContain(hint, Assert.Single(unknown).Hint, StringComparison.Ordinal);
        else Assert.StartsWith(hint, Assert.Single(unknown).Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FieldOfTheSpecAtTheTop_SaysWhereItBelongs()
    {
        var document = Assert.Single(Mesh.Core.Resources.ObjectReader.Read("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\nhosts: [a]\nspec: {hosts: [a]}\n", "f"));

        Assert.Equal("It belongs in spec.hosts.", document.Diagnostics.Single(d => d.Path == "hosts").Hint);
    }
}
