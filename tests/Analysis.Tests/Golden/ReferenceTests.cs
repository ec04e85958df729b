using Mesh.Analysis.Messages;
using Mesh.Core.Resources;

namespace Mesh.Analysis.Tests.Golden;

public sealed class ReferenceTests
{
    [Fact]
    public void ToMarkdown_IsTheReferenceInTheDocs() =>
        GoldenFile.AssertMatches(AnalysisReference.ToMarkdown(), Path.Combine(GoldenFile.RepositoryRoot(), "docs", "reference", "analysis.md"));

    [Fact]
    public void Messages_CodesOfBothTables_AreDisjointAndUnique()
    {
        string[] codes = [.. MessageTypes.All.Select(t => t.Code), .. OmittedMessages.All.Select(m => m.Code)];

        Assert.Equal(codes.Length, codes.Distinct().Count());
        Assert.All(MessageTypes.All, t => Assert.EndsWith(".", t.Meaning, StringComparison.Ordinal));
        Assert.All(MessageTypes.All, t => Assert.EndsWith(".", t.Advice, StringComparison.Ordinal));
    }

    [Fact]
    public void Run_Samples_HaveNoErrorsAndNoWarnings()
    {
        var samples = Path.Combine(GoldenFile.RepositoryRoot(), "samples");
        foreach (var directory in Directory.EnumerateFiles(samples, "*.yaml", SearchOption.AllDirectories).GroupBy(Path.GetDirectoryName))
        {
            var documents = directory.Order(StringComparer.Ordinal).SelectMany(f => ObjectReader.Read(File.ReadAllText(f), Path.GetRelativePath(samples, f)));
            var found = MeshAnalysis.Run(new AnalysisInput { Documents = [.. documents] });

            Assert.Empty(found.Where(m => m.Type.Level > MessageLevel.Info).Select(m => m.ToString()));
        }
    }
}
