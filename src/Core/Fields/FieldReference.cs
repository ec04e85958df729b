using System.Diagnostics.CodeAnalysis;
using System.Text;
using Mesh.Core.Kinds;

namespace Mesh.Core.Fields;

/// <summary>
/// The reference of all kinds and fields with what the mesh does with each, as Markdown: made from the attributes validation goes by, so
/// that it cannot say anything else.
/// </summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
public static class FieldReference
{
    private const string Introduction = """
        # Fields

        Every field of every kind, and what the mesh does with it. *Enforced*: proxies act on it. *Warned*: the object is accepted, the field
        has no effect, and `apply` says so. *Refused*: an object that sets it is not accepted, because without the field it would do
        something else than it says. *Ignored*: it only has a meaning in Kubernetes. *With the kind*: see the sentence under the kind's name. *With the
        field around it*: only fields that are not enforced lead there. Made from the models in `src/Core/Resources`; run the tests of Core with `MESH_UPDATE_GOLDEN=1` after a change there.

        """;

    public static string ToMarkdown()
    {
        var text = new StringBuilder(Introduction);
        var written = new HashSet<Type>();
        foreach (var kind in KindRegistry.All) WriteKind(text, kind, written);
        return text.ToString();
    }

    private static void WriteKind(StringBuilder text, KindInfo kind, HashSet<Type> written)
    {
        var isOnly = KindRegistry.All.Count(k => k.Kind == kind.Kind) == 1;
        text.Append($"\n## {kind.Kind}{(isOnly ? "" : $" ({kind.Group})")}\n\n`apiVersion: {string.Join("` or `", kind.Versions.Select(kind.ApiVersionOf))}`");
        text.Append(kind.Namespaced ? ", in a namespace" : ", of the whole mesh");
        if (kind.ShortNames.Length > 0) text.Append($"; short name `{string.Join("`, `", kind.ShortNames)}`");
        text.Append(".\n");
        if (kind.Use == KindUse.Input) text.Append("\n**Read from Kubernetes, and from files by `analyze` and `convert`; refused by `apply`.**\n");
        else if (kind.NotEnforced is { } rule) text.Append($"\n**{Status(rule)}**\n");
        var enforced = Reach(kind, f => f.NotEnforced is null).Select(s => s.Type).ToHashSet();
        foreach (var shape in Reach(kind, _ => true).Where(s => written.Add(s.Type)))
        {
            var around = kind.Use == KindUse.Input ? "Read." : kind.NotEnforced is not null ? "With the kind." : enforced.Contains(shape.Type) ? null : "With the field around it.";
            WriteRecord(text, shape, shape.Type != kind.SpecType ? shape.Type.Name : kind.BodyAtRoot ? "beside metadata" : "spec", around);
        }
    }

    // The records of a kind by the fields that lead to them, each once, nearest first.
    private static IEnumerable<RecordShape> Reach(KindInfo kind, Func<FieldShape, bool> follow)
    {
        var seen = new HashSet<Type>();
        var waiting = new Queue<RecordShape>([RecordShape.Of(kind.SpecType)]);
        while (waiting.TryDequeue(out var shape))
        {
            if (!seen.Add(shape.Type)) continue;
            yield return shape;
            foreach (var field in shape.Fields.Where(follow))
                if (RecordOf(field.Value) is { } inner) waiting.Enqueue(inner);
        }
    }

    private static void WriteRecord(StringBuilder text, RecordShape shape, string title, string? around)
    {
        text.Append($"\n### {title}\n\n| field | type | |\n|---|---|---|\n");
        foreach (var field in shape.Fields)
            text.Append($"| `{field.Name}`{(field.Required ? " (required)" : "")} | {TypeName(field.Value)} | {Status(field, around)} |\n");
    }

    // A record that several kinds share is described with the first of them.
    private static string Status(FieldShape field, string? around)
    {
        var status = field.NotEnforced is { } rule ? Status(rule) : around ?? "Enforced.";
        foreach (var value in field.Value.Enum?.Values.Where(v => v.NotEnforced is not null) ?? [])
            status += $" `{value.Name}`: {Status(value.NotEnforced!)}";
        return status.Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static string Status(NotEnforcedAttribute rule)
    {
        var word = rule.Stance switch { Stance.Refuse => "Refused", Stance.Warn => "Warned", _ => "Ignored" };
        return rule.Except.Length == 0 ? $"{word}. {rule.Reason}" : $"`{string.Join("`, `", rule.Except)}`: enforced; others: {word.ToLowerInvariant()}. {rule.Reason}";
    }

    private static RecordShape? RecordOf(ValueShape value) =>
        value.Kind == ValueKind.Record ? value.Record : value.Element is { } element ? RecordOf(element) : null;

    private static string TypeName(ValueShape value) => value.Kind switch
    {
        ValueKind.Record => value.Record.Type.Name,
        ValueKind.List => $"list of {TypeName(value.Element!)}",
        ValueKind.Map => $"map of {(value.NumberKeys ? "port" : "string")} to {TypeName(value.Element!)}",
        ValueKind.Enum => string.Join(", ", value.Enum!.Values.Select(v => $"`{v.Name}`")),
        ValueKind.Text => "string",
        ValueKind.Bytes => "base64",
        ValueKind.IntOrString => "number or name",
        ValueKind.Any => "any map",
        ValueKind.Integer or ValueKind.Long => "whole number",
        _ => value.Kind.ToString().ToLowerInvariant(),
    };
}
