using Mesh.Core.Resources;

namespace Mesh.Core.Tests.Golden;

public sealed class SamplesTests
{
    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Path.Combine(GoldenFile.RepositoryRoot(), "samples"), "*.yaml", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(GoldenFile.RepositoryRoot(), f))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_ASample_HasNothingToSayAgainstIt(string file)
    {
        var documents = ObjectReader.Read(File.ReadAllText(Path.Combine(GoldenFile.RepositoryRoot(), file)), file);

        Assert.NotEmpty(documents);
        Assert.Empty(documents.SelectMany(d => d.Diagnostics).Select(d => d.ToString()));
    }
}
