using System.Runtime.CompilerServices;

namespace Mesh.Cli.Tests;

/// <summary>Compares with a file beside the tests; MESH_UPDATE_GOLDEN=1 writes it instead.</summary>
internal static class GoldenFile
{
    public static void Check(string name, string actual, [CallerFilePath] string caller = "")
    {
        var path = PathOf(name, caller);
        actual = actual.TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("MESH_UPDATE_GOLDEN") == "1") File.WriteAllText(path, actual);
        Assert.True(File.Exists(path), $"{path} does not exist; run once with MESH_UPDATE_GOLDEN=1");
        Assert.Equal(File.ReadAllText(path), actual);
    }

    /// <summary>A file beside the tests.</summary>
    public static string PathOf(string name, [CallerFilePath] string caller = "") =>
        Path.Combine(caller[..(caller.LastIndexOf("/Cli.Tests/", StringComparison.Ordinal) + "/Cli.Tests/".Length)], name);
}
