namespace Mesh.Cli.Local.State;

/// <summary>Writes files whole: under another name first, then renamed, so that no reader sees half of one.</summary>
internal static class PrivateFile
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void Write(string path, string content)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        using (var writer = new StreamWriter(temporary, options)) writer.Write(content);
        File.Move(temporary, path, overwrite: true);
    }
}
