using Mesh.Core.Resources;

namespace Mesh.Cli.Documents;

/// <summary>
/// Reads what <c>-f</c> names: a file, a directory (its <c>.yaml</c>, <c>.yml</c> and <c>.json</c> files in order of name), or <c>-</c>
/// for standard input. The documents come as the mesh's own reader cuts and numbers them.
/// </summary>
internal static class DocumentFiles
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    public static IReadOnlyList<ObjectDocument> Read(IEnumerable<string> names, string defaultNamespace, TextReader input, bool recursive = false) =>
        [.. names.SelectMany(name => name == "-"
            ? ObjectReader.Read(input.ReadToEnd(), "stdin", defaultNamespace)
            : Files(name, recursive).SelectMany(file => ObjectReader.Read(ReadBytes(file), file, defaultNamespace)))];

    private static IEnumerable<string> Files(string name, bool recursive)
    {
        if (File.Exists(name)) return [name];
        if (!Directory.Exists(name)) throw new CliException($"{name}: no such file or directory", ExitCodes.Usage);
        string[] files = [.. Directory.EnumerateFiles(name, "*", recursive ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly).Where(f => Extensions.Contains(Path.GetExtension(f))).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new CliException($"{name}: no .yaml, .yml or .json file in this directory", ExitCodes.Usage);
    }

    // Bytes, so that the reader can refuse what is not UTF-8 instead of taking it with other characters.
    private static byte[] ReadBytes(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{file}: {e.Message}", ExitCodes.Usage);
        }
    }

    /// <exception cref="CliException">The file cannot be read.</exception>
    public static string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{file}: {e.Message}", ExitCodes.Usage);
        }
    }
}
