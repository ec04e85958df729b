namespace Mesh.Cli.Local.Supervision;

/// <summary>Keeps a process's log and the one before it; a log is put aside between runs once it has <see cref="Limit"/> bytes.</summary>
internal static class LogFiles
{
    private const long Limit = 16 * 1024 * 1024;

    public static void Rotate(string path)
    {
        var file = new FileInfo(path);
        if (file.Exists && file.Length > Limit) file.MoveTo(path + ".1", overwrite: true);
    }

    /// <summary>The last lines of a log, for a message that says why a process ended.</summary>
    public static IReadOnlyList<string> Tail(string path, int lines)
    {
        if (!File.Exists(path)) return [];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(Math.Max(0, stream.Length - 16 * 1024), SeekOrigin.Begin);
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(lines)];
    }
}
