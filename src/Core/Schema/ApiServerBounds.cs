using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mesh.Core.Documents;
using Mesh.Core.Fields;
using Mesh.Core.Regexes;
using Mesh.Core.Resources;
using Mesh.Core.Schema.Crds;
using Mesh.Core.Validation;

namespace Mesh.Core.Schema;

/// <summary>
/// Says what only the bounds of the CustomResourceDefinitions refuse: lengths, numbers of elements and patterns, which the API server needs to afford
/// its rules and the mesh itself does not have. Warnings, because a mesh without Kubernetes takes such an object. Stateless and thread-safe.
/// </summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
public static class ApiServerBounds
{
    private const string Hint = "Change it where it is for Kubernetes.";

    private static readonly ConcurrentDictionary<string, JsonObject?> Schemas = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    /// <summary>The document with the warnings; itself where there are none, or where the mesh refuses the place already.</summary>
    public static ObjectDocument Check(ObjectDocument document)
    {
        if (document.Draft is not { } draft || document.Source is not SourceMapping { } root || root.Find("spec")?.Value is not { } spec) return document;
        if (SchemaOf(draft.Key.Kind) is not { } schema) return document;
        var found = new List<(FieldPath Path, string Reason)>();
        Walk(spec, schema, FieldPath.Root.Field("spec"), found);
        var refused = document.Diagnostics.Where(d => d.Severity == Severity.Error && !d.IsRefusal).Select(d => FieldPath.Parse(d.Path)).OfType<FieldPath>().ToArray();
        var warnings = found.Where(f => !refused.Any(r => r.Contains(f.Path) || f.Path.Contains(r))).Select(f => Warning(document, root, f.Path, f.Reason)).ToArray();
        return warnings.Length == 0 ? document : document with { Diagnostics = [.. document.Diagnostics.Concat(warnings).OrderBy(d => d.Line)] };
    }

    private static JsonObject? SchemaOf(string qualifiedKind) => Schemas.GetOrAdd(qualifiedKind, static kind =>
        CrdBuilder.Kinds.FirstOrDefault(k => k.QualifiedKind == kind) is { } known ? new SchemaBuilder(Descriptions.None).Record(RecordShape.Of(known.SpecType), "") : null);

    private static Diagnostic Warning(ObjectDocument document, SourceNode root, FieldPath path, string reason)
    {
        var (line, column) = path.PositionIn(root);
        return new(Severity.Warning, document.File, document.Document, line, document.Key, path.ToString(), reason, Hint) { Column = column };
    }

    private static void Walk(SourceNode node, JsonObject schema, FieldPath path, List<(FieldPath, string)> found)
    {
        switch (node)
        {
            case SourceSequence list when schema["items"] is JsonObject element:
                if (Limit(schema, "maxItems") is { } most && list.Items.Count > most) found.Add((path, TooMuch(list.Items.Count, "elements", most)));
                for (var i = 0; i < list.Items.Count; i++) Walk(list.Items[i], element, path.Item(i), found);
                break;
            case SourceMapping map when schema["additionalProperties"] is JsonObject value:
                if (Limit(schema, "maxProperties") is { } entries && map.Entries.Count > entries) found.Add((path, TooMuch(map.Entries.Count, "entries", entries)));
                foreach (var entry in map.Entries) Walk(entry.Value, value, path.Field(entry.Key), found);
                break;
            case SourceMapping map when schema["properties"] is JsonObject fields:
                foreach (var entry in map.Entries)
                    if (fields[entry.Key] is JsonObject field) Walk(entry.Value, field, path.Field(entry.Key), found);
                break;
            case SourceScalar { Type: ScalarType.String } text:
                CheckText(text.Text, schema, path, found);
                break;
        }
    }

    private static void CheckText(string text, JsonObject schema, FieldPath path, List<(FieldPath, string)> found)
    {
        var length = text.EnumerateRunes().Count(); // as the API server counts
        if (Limit(schema, "maxLength") is { } most && length > most) found.Add((path, TooMuch(length, "characters", most)));
        else if ((string?)schema["pattern"] is { } pattern && !PatternOf(pattern).IsMatch(text)) found.Add((path, $"a Kubernetes API server refuses it: it does not match {pattern}"));
    }

    private static Regex PatternOf(string pattern) => Patterns.GetOrAdd(pattern, static p =>
        Re2.TryParse(p, out var parsed, out var error) ? parsed.ToSearch() : throw new InvalidOperationException($"{p}: {error}"));

    private static int? Limit(JsonObject schema, string name) => (int?)schema[name];

    private static string TooMuch(int count, string what, int most) =>
        string.Create(CultureInfo.InvariantCulture, $"a Kubernetes API server refuses it: it has {count} {what}, and at most {most} are allowed there");
}
