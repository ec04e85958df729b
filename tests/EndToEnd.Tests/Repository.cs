using System.Runtime.CompilerServices;

namespace Mesh.EndToEnd.Tests;

/// <summary>Where the source tree and its built programs are.</summary>
internal static class Repository
{
    public static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    /// <summary>The directory of meshctl, of the same build configuration as these tests.</summary>
    public static readonly string Meshctl = Path.Combine(Root, "artifacts", "bin", "Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
