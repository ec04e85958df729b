using System.Text.Json;
using Mesh.Core.Conversion;
using Mesh.Core.Documents;
using Mesh.Core.Resources;
using Mesh.Core.Tests.Golden;
using Mesh.Core.Validation;

namespace Mesh.Core.Tests.Conversion;

public sealed class ConverterTests
{
    private static string Folder => Path.Combine(GoldenFile.RepositoryRoot(), "tests", "Core.Tests", "Conversion");

    [Theory]
    [InlineData("deprecated.yaml", IngressTarget.Istio, "deprecated.converted.yaml")]
    [InlineData("ingress.yaml", IngressTarget.Istio, "ingress.istio.yaml")]
    [InlineData("ingress.yaml", IngressTarget.GatewayApi, "ingress.gateway-api.yaml")]
    public void Convert_Documents_GivesTheGoldenOnesAndNamesWhatIsLost(string file, IngressTarget target, string golden)
    {
        var converted = Convert(file, target);
        var remarks = converted.SelectMany(c => c.Remarks).Select(r => $"# {(r.IsLoss ? "lost" : "note")}  {r.Path}: {r.Text}\n");
        var objects = converted.SelectMany(c => c.Objects).Select(o => YamlWriter.Write(JsonSerializer.SerializeToElement(o)));

        GoldenFile.AssertMatches(string.Concat(remarks) + string.Join("---\n", objects), Path.Combine(Folder, golden));
    }

    [Theory]
    [InlineData("deprecated.yaml", IngressTarget.Istio)]
    [InlineData("ingress.yaml", IngressTarget.Istio)]
    [InlineData("ingress.yaml", IngressTarget.GatewayApi)]
    public void Convert_WhatComesOfIt_IsCurrentAndValid(string file, IngressTarget target)
    {
        foreach (var found in Convert(file, target).SelectMany(c => c.Objects))
        {
            var document = Assert.Single(ObjectReader.Read(found.ToJsonString(), "converted"));

            // A field may still be refused because the mesh does not enforce it; nothing may be wrong.
            Assert.DoesNotContain(document.Diagnostics, d => d.Severity == Severity.Error && !d.Reason.Contains("not enforced", StringComparison.Ordinal));
            Assert.NotNull(document.Draft);
        }
    }

    [Fact]
    public void Convert_WhatIsConverted_StaysAsItIs()
    {
        var once = Convert("deprecated.yaml", IngressTarget.Istio).SelectMany(c => c.Objects).Select(o => o.ToJsonString()).ToArray();
        var documents = once.SelectMany(o => ObjectReader.Read(o, "once")).ToArray();
        var converter = new Converter(documents, IngressTarget.Istio);

        var twice = documents.Select(converter.Convert).ToArray();

        Assert.Equal(once, twice.SelectMany(c => c.Objects).Select(o => o.ToJsonString()));
        Assert.Empty(twice.SelectMany(c => c.Remarks));
    }

    [Theory]
    [InlineData("a: [", "the document cannot be read")]
    [InlineData("[1]", "the document cannot be read")]
    [InlineData("apiVersion: networking.istio.io/v1\nkind: Thing\nmetadata: {name: a}\n", "Thing of networking.istio.io/v1 is not a kind the mesh converts")]
    [InlineData("apiVersion: rbac.istio.io/v1alpha1\nkind: ServiceRole\nmetadata: {name: a}\n", "Its rules are rules[].to of an AuthorizationPolicy")]
    [InlineData("apiVersion: example.com/v1\nmetadata: {name: a}\n", "the document has no kind")]
    [InlineData("kind: Thing\nmetadata: {name: a}\n", "Thing has no apiVersion")]
    [InlineData("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {rules: [{http: {paths: [{path: /, backend: {}}]}}]}\n", "required")]
    public void Convert_WhatCannotBeConverted_IsNamed(string yaml, string reason)
    {
        var documents = ObjectReader.Read(yaml, "f.yaml");

        var result = new Converter(documents, IngressTarget.Istio).Convert(Assert.Single(documents));

        Assert.Empty(result.Objects);
        Assert.Contains(result.Remarks, r => r.IsLoss && r.Text.Contains(reason, StringComparison.Ordinal));
        Assert.DoesNotContain(result.Remarks, r => r.Text.EndsWith('.') || r.Text.Contains("..", StringComparison.Ordinal)); // whoever prints it ends the sentence
    }

    [Fact]
    public void Convert_AKindThatIsNotTheMeshs_IsNoLoss()
    {
        var documents = ObjectReader.Read("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n", "f.yaml");

        var result = new Converter(documents, IngressTarget.Istio).Convert(Assert.Single(documents));

        Assert.Empty(result.Objects);
        Assert.Empty(result.Remarks);
    }

    private static Core.Conversion.Conversion[] Convert(string file, IngressTarget target)
    {
        var documents = ObjectReader.Read(File.ReadAllText(Path.Combine(Folder, file)), file);
        var converter = new Converter(documents, target);
        return [.. documents.Select(converter.Convert)];
    }
}
