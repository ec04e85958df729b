using Mesh.Cli.Local.State;

namespace Mesh.Cli.Client;

/// <summary>
/// Finds the mesh a command is for: <c>--state-dir</c>, else <c>--context</c>, else <c>$MESH_STATE_DIR</c>, else the only one that runs
/// under the default directory.
/// </summary>
internal static class ContextFinder
{
    public const string Variable = "MESH_STATE_DIR";

    public static StateDirectory Find(string? stateDirectory, string? context)
    {
        if (stateDirectory is not null) return new StateDirectory(stateDirectory);
        if (context is not null) return StateDirectory.ForName(context);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } fromEnvironment) return new StateDirectory(fromEnvironment);
        var running = Running();
        return running.Count switch
        {
            1 => running[0],
            0 => throw new CliException($"no mesh is running under {StateDirectory.DefaultBase()}. Start one with `meshctl up -f FILE`, or name one with --state-dir."),
            _ => throw new CliException($"several meshes are running: {string.Join(", ", running.Select(s => Path.GetFileName(s.Root)))}. Choose one with --context NAME."),
        };
    }

    private static List<StateDirectory> Running()
    {
        var all = StateDirectory.DefaultBase();
        return Directory.Exists(all)
            ? [.. Directory.EnumerateDirectories(all).Order(StringComparer.Ordinal).Select(d => new StateDirectory(d)).Where(s => StateLock.RunningOwner(s) is not null)]
            : [];
    }
}
