using System.Runtime.CompilerServices;

namespace Mesh.Analysis.Tests.Golden;

/// <summary>Compares text with a file under version control; with MESH_UPDATE_GOLDEN=1 in the environment it writes the file instead.</summary>
internal static class GoldenFile
{
    /// <summary>The repository's root, from where this source file was compiled.</summary>
    public static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));

    public static void AssertMatches(string actual, string path)
    {
        if (Environment.GetEnvironmentVariable("MESH_UPDATE_GOLDEN") == "1") File.WriteAllText(path, actual);
        Assert.True(File.Exists(path), $"{path} does not exist; run with MESH_UPDATE_GOLDEN=1 to write it");
        Assert.Equal(File.ReadAllText(path), actual, ignoreLineEndingDifferences: true);
    }
}
