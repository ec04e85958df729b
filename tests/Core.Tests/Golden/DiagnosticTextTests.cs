using Mesh.Core.Resources;

namespace Mesh.Core.Tests.Golden;

public sealed class DiagnosticTextTests
{
    [Fact]
    public void Read_WrongDocuments_SayWhatAndWhereAsInTheGoldenFile()
    {
        var folder = Path.Combine(GoldenFile.RepositoryRoot(), "tests", "Core.Tests", "Golden");
        var documents = ObjectReader.Read(File.ReadAllText(Path.Combine(folder, "errors.yaml")), "errors.yaml");

        var text = string.Concat(documents.SelectMany(d => d.Diagnostics).Select(d => $"{d.Line,3} {d.Severity,-7} {d}\n"));

        Assert.All(documents, d => Assert.Null(d.Object));
        GoldenFile.AssertMatches(text, Path.Combine(folder, "errors.txt"));
    }
}
