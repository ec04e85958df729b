using Mesh.Bench.Peers;

namespace Mesh.Bench.LocalMesh;

/// <summary>The repository's own build results.</summary>
internal static class Binaries
{
    /// <summary>The newest build of meshctl, unless one is named.</summary>
    public static string FindMeshctl(string? named)
    {
        if (named is not null)
            return File.Exists(named) ? Path.GetFullPath(named) : throw new PeerUnavailableException($"no such program: {named}");

        var candidates = new[] { "bin/Cli/release/meshctl", "bin/Cli/debug/meshctl", "publish/Cli/release/meshctl" }
            .Select(p => Path.Combine(RepositoryRoot(), "artifacts", p)).Where(File.Exists);
        return candidates.MaxBy(File.GetLastWriteTimeUtc)
            ?? throw new PeerUnavailableException("meshctl is not built: dotnet build -c Release Mesh.sln");
    }

    /// <summary>Whether a process is native code or runs on the just-in-time compiler, from what it has mapped.</summary>
    public static string KindOf(int process) =>
        File.ReadAllText($"/proc/{process}/maps").Contains("libcoreclr.so", StringComparison.Ordinal) ? "JIT" : "NativeAOT";

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Mesh.sln")))
                return folder.FullName;
        }

        throw new PeerUnavailableException("no Mesh.sln above this program: name meshctl with --meshctl");
    }
}
