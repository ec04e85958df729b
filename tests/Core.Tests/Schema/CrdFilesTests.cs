using System.Text.Json;
using Mesh.Core.Schema.Crds;
using Mesh.Core.Tests.Golden;

namespace Mesh.Core.Tests.Schema;

public sealed class CrdFilesTests
{
    /// <summary>What `kubectl apply` can keep in its annotation of the last applied object.</summary>
    private const int MostOfAnnotations = 256 * 1024;

    private static string Folder => Path.Combine(GoldenFile.RepositoryRoot(), "deploy", "crds");

    [Fact]
    public void All_AreTheFilesInDeploy()
    {
        var files = CrdFiles.All(TestDescriptions.Load()).ToArray();

        Assert.NotEmpty(files);
        foreach (var (name, text) in files) GoldenFile.AssertMatches(text, Path.Combine(Folder, name));
        Assert.Equal(files.Select(f => f.Name).Order(), Directory.EnumerateFiles(Folder, "*.yaml").Select(f => Path.GetFileName(f)!).Order());
    }

    [Fact]
    public void Build_EveryKind_FitsIntoTheAnnotationOfKubectlApply() =>
        Assert.All(CrdBuilder.Kinds, kind => Assert.InRange(JsonSerializer.Serialize(CrdBuilder.Build(kind, TestDescriptions.Load())).Length, 1, MostOfAnnotations));
}
