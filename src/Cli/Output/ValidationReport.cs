using System.Text;
using System.Text.Json;
using Mesh.Cli.Commands;
using Mesh.Cli.Documents;
using Mesh.Core.Documents;
using Mesh.Core.Resources;
using Mesh.Core.Validation;

namespace Mesh.Cli.Output;

/// <summary>What there is to say about documents, in the formats of <c>validate -o</c>.</summary>
internal sealed record ValidationReport(int Documents, int Errors, int Warnings, IReadOnlyList<ValidationFinding> Findings, IReadOnlyList<SkippedDocument> Skipped)
{
    public static ValidationReport Of(int documents, IEnumerable<Diagnostic> diagnostics, ForeignDocuments foreign)
    {
        var all = diagnostics.ToArray();
        var errors = all.Count(d => d.Severity == Severity.Error);
        return new(documents, errors, all.Length - errors, [.. all.Select(ValidationFinding.Of)], [.. foreign.All.Select(SkippedDocument.Of)]);
    }

    public string Render(string format) => format switch
    {
        "json" => JsonSerializer.Serialize(this, CommonOptions.Json) + "\n",
        "yaml" => YamlWriter.Write(JsonSerializer.SerializeToElement(this, CommonOptions.Json)),
        _ => Text(),
    };

    private string Text()
    {
        var text = new StringBuilder();
        foreach (var finding in Findings) text.Append(finding.Text).Append('\n');
        return text.Append($"{Count(Documents, "document")}: {Count(Errors, "error")}, {Count(Warnings, "warning")}{(Skipped.Count > 0 ? $", {Skipped.Count} skipped" : "")}\n").ToString();
    }

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";
}

/// <summary>A document of a kind that is not the mesh's.</summary>
internal sealed record SkippedDocument(string File, int Document, int Line, string Kind, string? Namespace, string? Name)
{
    public static SkippedDocument Of(ObjectDocument document) =>
        new(document.File, document.Document, document.Line, ForeignDocuments.KindOf(document), document.Key?.Namespace, document.Key?.Name);
}

/// <summary>One finding; <see cref="Text"/> is the line for people.</summary>
internal sealed record ValidationFinding(
    string Severity, string File, int Document, int Line, string? Kind, string? Namespace, string? Name, string Path, string Reason, string Hint)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public string Text { get; private init; } = "";

    public static ValidationFinding Of(Diagnostic diagnostic) => new(
        diagnostic.Severity.ToString().ToLowerInvariant(), diagnostic.File, diagnostic.Document, diagnostic.Line, diagnostic.Key?.ShortKind,
        diagnostic.Key?.Namespace, diagnostic.Key?.Name, diagnostic.Path, diagnostic.Reason, diagnostic.Hint)
    {
        Text = $"{(diagnostic.Severity == Core.Validation.Severity.Warning ? "warning: " : "")}{diagnostic} (line {diagnostic.Line})",
    };
}
