using Mesh.Core.Resources;

namespace Mesh.Core.Tests.Golden;

public sealed class ValidDocumentsTests
{
    [Fact]
    public void Read_ValidDocuments_HaveTheStoredFormOfTheGoldenFile()
    {
        var folder = Path.Combine(GoldenFile.RepositoryRoot(), "tests", "Core.Tests", "Golden");
        var documents = ObjectReader.Read(File.ReadAllText(Path.Combine(folder, "valid.yaml")), "valid.yaml");

        Assert.Empty(documents.SelectMany(d => d.Diagnostics));
        var text = string.Concat(documents.Select(d => ObjectWriter.ToJsonText(d.Object!) + "\n"));
        GoldenFile.AssertMatches(text, Path.Combine(folder, "valid.json"));
    }
}
