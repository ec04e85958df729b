using System.Net;
using Mesh.Core.Documents;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;
using Mesh.Core.Schema.Crds;
using Mesh.Core.Tests.Golden;
using Mesh.TestKit.Kubernetes;

namespace Mesh.Core.Tests.Schema;

/// <summary>The definitions judged by the Kubernetes API server, and objects judged by it with them.</summary>
public sealed class CrdServerTests(CrdServer server) : IClassFixture<CrdServer>
{
    private const string ExpectedField = "expected-field";

    private static string Folder => Path.Combine(GoldenFile.RepositoryRoot(), "tests", "Core.Tests");

    /// <summary>Every document that is valid offline, by its place in the file.</summary>
    public static TheoryData<int> Valid => [.. Enumerable.Range(0, Read("Golden/valid.yaml").Length)];

    public static TheoryData<int> Refused => [.. Enumerable.Range(0, Read("Schema/refused.yaml").Length)];

    [Fact]
    public void Create_EveryDefinition_IsAcceptedWithoutWarnings()
    {
        SkipWithoutServer();

        Assert.Equal(CrdBuilder.Kinds.Count(), server.Created.Count);
        Assert.All(server.Created, c => Assert.True(c is { Code: HttpStatusCode.Created, Said: "" }, $"{c.Name}: {c.Code} {c.Said}"));
    }

    [Fact]
    public void Create_EveryDefinition_IsEstablishedAndStructural()
    {
        SkipWithoutServer();

        Assert.Equal(CrdBuilder.Kinds.Count(), server.Definitions.Count);
        foreach (var (name, definition) in server.Definitions)
        {
            Assert.True(CrdServer.IsTrue(definition, "Established"), name);
            Assert.True(CrdServer.IsTrue(definition, "NamesAccepted"), name);
            Assert.False(CrdServer.IsTrue(definition, "NonStructuralSchema"), name);
        }
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task Post_AnObjectThatIsValidOffline_IsAcceptedInEveryVersion(int index)
    {
        SkipWithoutServer();
        var document = Read("Golden/valid.yaml")[index];
        var kind = KindRegistry.Find(document.Key!.Value)!;
        if (!CrdBuilder.Kinds.Contains(kind)) return; // of Kubernetes or the Gateway API, which bring their own definitions

        foreach (var version in kind.Versions)
        {
            var judged = await server.JudgeAsync(kind, version, ObjectWriter.ToJsonText(document.Object!));

            Assert.Equal((version, HttpStatusCode.Created, ""), (version, judged.Code, judged.Said));
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Post_ABadObject_IsRefusedByTheServerWithTheNameOfTheField(int index)
    {
        SkipWithoutServer();
        var document = Read("Schema/refused.yaml")[index];
        var kind = KindRegistry.Find(document.Key!.Value)!;
        var field = ((SourceMapping)YamlTree.Parse(new(document.Text, 1))!).Find("metadata")!.Value is SourceMapping metadata
            ? ((SourceMapping)metadata.Find("annotations")!.Value).FindText(ExpectedField)!
            : "";

        foreach (var version in kind.Versions)
        {
            var (code, said) = await server.JudgeAsync(kind, version, document.Text);

            Assert.True(code is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest, $"{document.Key} in {version}: {code} {said}");
            Assert.Contains(field, said, StringComparison.Ordinal);
        }

        Assert.Null(document.Object); // offline it is refused too
    }

    private static void SkipWithoutServer() => Assert.SkipWhen(ApiServerPrograms.SkipReason is not null, ApiServerPrograms.SkipReason ?? "");

    private static ObjectDocument[] Read(string file) => [.. ObjectReader.Read(File.ReadAllText(Path.Combine(Folder, file)), file)];
}
