using Mesh.Core.Schema;
using Mesh.Core.Validation;

namespace Mesh.Core.Tests.Schema;

public sealed class ApiServerBoundsTests
{
    [Theory]
    [InlineData("VirtualService", "hosts: [a.com]\nhttp: [{route: [{destination: {host: a.com}}]}]", "")]
    [InlineData("DestinationRule", "host: a.com\ntrafficPolicy: {loadBalancer: {consistentHash: {httpCookie: {name: c, ttl: 1h}}}}", "")]
    [InlineData("VirtualService", "hosts: [HOSTS]\nhttp: [{route: [{destination: {host: a.com}}]}]", "spec.hosts: a Kubernetes API server refuses it: it has 1001 elements, and at most 1000 are allowed there")]
    [InlineData("VirtualService", "hosts: [a.com]\nhttp: [{rewrite: {uri: /LONG}, route: [{destination: {host: a.com}}]}]", "spec.http[0].rewrite.uri: a Kubernetes API server refuses it: it has 3001 characters, and at most 2048 are allowed there")]
    public void Check_WhatOnlyTheDefinitionsRefuse_IsAWarning(string kind, string spec, string expected)
    {
        var written = spec.Replace("HOSTS", string.Join(", ", Enumerable.Range(0, 1001).Select(i => $"h{i}.com")), StringComparison.Ordinal).Replace("LONG", new string('a', 3000), StringComparison.Ordinal);
        var document = Read.Spec(kind, written);

        var added = ApiServerBounds.Check(document).Diagnostics.Except(document.Diagnostics).ToArray();

        Assert.Equal(expected, string.Join(';', added.Select(d => $"{d.Path}: {d.Reason}")));
        Assert.All(added, d => Assert.Equal(Severity.Warning, d.Severity));
    }

    [Fact]
    public void Check_ValidDocumentsOfEveryKind_AreWithinTheBounds()
    {
        var file = Path.Combine(Golden.GoldenFile.RepositoryRoot(), "tests", "Core.Tests", "Golden", "valid.yaml");
        var documents = Mesh.Core.Resources.ObjectReader.Read(File.ReadAllText(file), "valid.yaml");

        Assert.All(documents, d => Assert.Same(d, ApiServerBounds.Check(d)));
    }

    [Fact]
    public void Check_WhereTheMeshRefusesIt_SaysNothing()
    {
        var document = Read.Spec("DestinationRule", "host: \"a b\"\ntrafficPolicy: {connectionPool: {tcp: {connectTimeout: soon}}}");

        Assert.Same(document, ApiServerBounds.Check(document));
    }
}
