using System.Runtime.InteropServices;

namespace Mesh.Cli.Local.Programs;

/// <summary>
/// Finds the mesh's other programs: in <c>MESH_HOME</c> if that is set, beside meshctl when it was published with them (each in a
/// folder of its name, as eng/publish.sh does, or not), or in the build's artifacts folder (<c>artifacts/bin/PROJECT/CONFIGURATION</c>).
/// </summary>
internal sealed class ProgramLocator
{
    private readonly string _base;
    private readonly string? _home;

    public ProgramLocator(string baseDirectory, string? meshHome)
    {
        _base = Path.TrimEndingDirectorySeparator(baseDirectory);
        _home = string.IsNullOrEmpty(meshHome) ? null : meshHome;
    }

    public static ProgramLocator Default() => new(AppContext.BaseDirectory, Environment.GetEnvironmentVariable("MESH_HOME"));

    /// <summary>The root of the source tree meshctl was built in; null for an installed one.</summary>
    public string? SourceTree
    {
        get
        {
            for (var directory = new DirectoryInfo(_base); directory is not null; directory = directory.Parent)
                if (File.Exists(Path.Combine(directory.FullName, "Mesh.sln"))) return directory.FullName;
            return null;
        }
    }

    /// <summary>Whether the programs are taken from the build's output, not from an installation.</summary>
    public bool IsSourceBuild => _home is null && SourceTree is not null;

    public string Find(string project, string program)
    {
        var candidates = _home is not null
            ? new[] { Path.Combine(_home, program, program), Path.Combine(_home, program) }
            : [Path.Combine(_base, "..", "..", project, Path.GetFileName(_base), program), Path.Combine(_base, program, program), Path.Combine(_base, program)];
        return candidates.Select(Path.GetFullPath).FirstOrDefault(File.Exists)
            ?? throw new CliException($"cannot find {program}; looked for {string.Join(" and ", candidates.Select(Path.GetFullPath))}. Build the solution, or set MESH_HOME to the directory of the mesh's programs.");
    }

    /// <summary>Where the .NET runtime that runs meshctl is installed, for DOTNET_ROOT of the programs it starts; null where meshctl brings its own.</summary>
    public static string? DotnetRoot
    {
        get
        {
            var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
            return File.Exists(Path.Combine(root, "dotnet")) ? root : null;
        }
    }
}
