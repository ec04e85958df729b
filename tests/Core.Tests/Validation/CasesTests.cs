using System.Text;
using Mesh.Core.Tests.Golden;
using Mesh.Core.Validation;

namespace Mesh.Core.Tests.Validation;

/// <summary>
/// Runs the tables in <c>Cases/KIND.txt</c>: a line is a spec in YAML, the indented lines after it are what is said about it, none for
/// nothing. A line <c>@ TEMPLATE</c> puts the specs after it in the place of <c>$</c>. <c>#</c> starts a comment. What is refused or warned about
/// only because nothing enforces it yet is left out. Made anew with MESH_UPDATE_GOLDEN=1; then read the difference.
/// </summary>
public sealed class CasesTests
{
    public static TheoryData<string> Kinds => [.. Directory.EnumerateFiles(Folder(), "*.txt").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_EachCase_SaysWhatTheTableSays(string kind)
    {
        var path = Path.Combine(Folder(), kind + ".txt");
        var (text, template) = (new StringBuilder(), "$");
        foreach (var line in File.ReadAllLines(path).Where(l => !l.StartsWith(' ')))
        {
            text.Append(line).Append('\n');
            if (line.StartsWith('@')) template = line[1..].Trim();
            else if (line.Length > 0 && line[0] != '#') AppendProblems(text, kind, template.Replace("$", line, StringComparison.Ordinal));
        }

        GoldenFile.AssertMatches(text.ToString(), path);
    }

    private static void AppendProblems(StringBuilder text, string kind, string spec)
    {
        foreach (var d in Read.Spec(kind, spec).Diagnostics)
        {
            if (d.Reason.EndsWith("not enforced", StringComparison.Ordinal) || d.Reason.EndsWith("not enforced yet", StringComparison.Ordinal)) continue;
            text.Append($"  {(d.Severity == Severity.Error ? 'E' : 'W')} {d.Path}: {d.Reason}.{(d.Hint.Length > 0 ? " " : "")}{d.Hint}\n");
        }
    }

    private static string Folder() => Path.Combine(GoldenFile.RepositoryRoot(), "tests", "Core.Tests", "Validation", "Cases");
}
