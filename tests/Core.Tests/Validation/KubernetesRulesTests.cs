namespace Mesh.Core.Tests.Validation;

public sealed class KubernetesRulesTests
{
    [Theory]
    [InlineData("ports: [{name: a, port: 53}, {name: b, port: 53, protocol: UDP}]", "W spec.ports[1].protocol: UDP is not enforced")]
    [InlineData("ports: [{port: 80, protocol: tcp}]", "E spec.ports[0].protocol: unknown value \"tcp\"")]
    [InlineData("ports: [{port: 80}]\ntype: clusterip", "E spec.type: unknown value \"clusterip\"")]
    [InlineData("ports: [{port: 80}]\nloadBalancerSourceRanges: [10.0.0.1]", "W spec.loadBalancerSourceRanges: not enforced;E spec.loadBalancerSourceRanges[0]: \"10.0.0.1\" is not a network")]
    [InlineData("ports: [{port: 80}]\nclusterIP: 10.0.0.1\nclusterIPs: [10.0.0.2]", "E spec.clusterIPs[0]: must be the same as clusterIP")]
    [InlineData("ports: [{port: 80}]\nsessionAffinityConfig: {clientIP: {timeoutSeconds: 1}}", "W spec.sessionAffinityConfig: not enforced;E spec.sessionAffinityConfig: needs sessionAffinity: ClientIP")]
    public void Service(string spec, string problems) => Assert.Equal(problems, Read.OfSpec("Service", spec));

    [Theory]
    [InlineData("addressType: IPv4\nendpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}]\nports: [{name: http, port: 80}]", "")]
    [InlineData("endpoints: []", "E addressType: required")]
    [InlineData("addressType: IPv6\nendpoints: [{addresses: [10.0.0.1]}]", "E endpoints[0].addresses[0]: \"10.0.0.1\" is not an address of type IPv6")]
    [InlineData("addressType: FQDN\nendpoints: [{addresses: [A]}]", "E endpoints[0].addresses[0]: \"A\" is not an address of type FQDN")]
    [InlineData("addressType: IPv4\nendpoints: [{addresses: []}]", "E endpoints[0].addresses: required")]
    [InlineData("addressType: IPv4\nports: [{port: 80}, {port: 81}]", "")]
    [InlineData("addressType: IPv4\nspec: {}", "E spec: unknown field")]
    public void EndpointSlice(string fields, string problems)
    {
        var document = Assert.Single(Mesh.Core.Resources.ObjectReader.Read($"apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {{name: a}}\n{fields}\n", "f"));

        Assert.Equal(problems, string.Join(';', Read.Short(document).Where(p => !p.StartsWith("E kind:", StringComparison.Ordinal))));
        Assert.NotNull(document.Draft);
    }

    [Theory]
    [InlineData("rules: [{host: a.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}]}}]", "")]
    [InlineData("{}", "E spec: must set rules or defaultBackend")]
    [InlineData("rules: [{host: 1.2.3.4}]", "E spec.rules[0].host: \"1.2.3.4\" must be a DNS name, not an address")]
    [InlineData("rules: [{http: {paths: [{path: a, pathType: Exact, backend: {service: {name: a, port: {}}}}]}}]", "E spec.rules[0].http.paths[0].path: must start with \"/\", \"a\" does not;E spec.rules[0].http.paths[0].backend.service.port: must set name or number")]
    [InlineData("rules: [{http: {paths: [{path: /a//b, backend: {}}]}}]", "E spec.rules[0].http.paths[0].pathType: required;E spec.rules[0].http.paths[0].backend: must set service or resource")]
    [InlineData("defaultBackend: {service: {name: a, port: {name: b, number: 1}}}", "E spec.defaultBackend.service.port: only one of name, number may be set")]
    public void Ingress(string spec, string problems) => Assert.Equal(problems, Read.OfSpec("Ingress", spec));

    [Fact]
    public void Secret_WrongValue_IsNotRepeatedInTheMessage()
    {
        var document = Assert.Single(Mesh.Core.Resources.ObjectReader.Read("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {k: \"pa!ss\"}\nstringData: {k: 12345}\n", "f"));

        Assert.All(document.Diagnostics, d => Assert.False(d.ToString().Contains("pa!", StringComparison.Ordinal) || d.ToString().Contains("12345", StringComparison.Ordinal), d.ToString()));
        Assert.Contains("E data.k: must be a base64 string", Read.Short(document));
    }
}
