using System.Text;
using Mesh.Core.Resources;

namespace Mesh.Cli.Client;

/// <summary>Errors and warnings of an apply as text: <c>file:document  kind namespace/name  field.path: reason. hint</c>.</summary>
internal static class Findings
{
    public static IEnumerable<string> Errors(ApplyAnswer answer) =>
        answer.Results.SelectMany(r => (r.Errors ?? []).Select(finding => Line(r, finding)));

    public static IEnumerable<string> Warnings(ApplyAnswer answer) =>
        answer.Results.SelectMany(r => (r.Warnings ?? []).Select(finding => "warning: " + Line(r, finding)));

    /// <summary>Notes the warnings; throws with all errors if there are any.</summary>
    public static void ThrowIfRefused(ApplyAnswer answer, Action<string> note)
    {
        foreach (var warning in Warnings(answer)) note(warning);
        if (answer.AnyRefused) throw new CliException(string.Join('\n', Errors(answer)));
    }

    private static string Line(ApplyResult result, Finding finding)
    {
        var text = new StringBuilder().Append(result.File).Append(':').Append(result.Document).Append("  ");
        if (ObjectKey.TryParse(result.Key, out var key))
            text.Append(key.ShortKind).Append(' ').Append(key.Namespace.Length > 0 ? key.Namespace + "/" : "").Append(key.Name).Append("  ");
        if (!string.IsNullOrEmpty(finding.Path)) text.Append(finding.Path).Append(": ");
        text.Append(finding.Reason.TrimEnd('.')).Append('.');
        if (!string.IsNullOrEmpty(finding.Hint)) text.Append(' ').Append(finding.Hint).Append(finding.Hint[^1] is '.' or '?' ? "" : ".");
        return text.ToString();
    }
}
