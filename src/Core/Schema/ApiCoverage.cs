using System.Diagnostics.CodeAnalysis;
using System.Text;
using Mesh.Core.Fields;
using Mesh.Core.Kinds;

namespace Mesh.Core.Schema;

/// <summary>
/// The table of all kinds and fields with what the mesh does with each, as Markdown: made from the attributes validation goes by, so that
/// it cannot say anything else.
/// </summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
public static class ApiCoverage
{
    private const string Introduction = """
        # API coverage

        Every field of every kind, and what the mesh does with it. *Enforced*: the mesh acts on it, which a test proves for each. *Enforced at
        gateways only*: sidecars have nothing to do with it. *Warned*: the object is accepted, the field has no effect, and `apply` says so.
        *Refused*: an object that sets it is not accepted, because without the field it would do something else than it says. *Ignored*: it
        only has a meaning in Kubernetes. *With ...*: whatever holds it is not enforced, and what becomes of that becomes of this.
        `meshctl explain KIND.FIELD` says the same of one field, with its meaning.

        Made from the models in `src/Core/Resources`; run the tests of Core with `MESH_UPDATE_GOLDEN=1` after a change there.

        """;

    private static IEnumerable<KindInfo> Kinds => KindRegistry.All.Where(k => k.Use != KindUse.Input);

    public static string ToMarkdown()
    {
        var uses = RecordUses.Find();
        var text = new StringBuilder(Introduction);
        WriteSummary(text, uses);
        var written = new Dictionary<Type, string>();
        foreach (var kind in Kinds) WriteKind(text, kind, uses, written);
        return text.ToString();
    }

    private static void WriteSummary(StringBuilder text, RecordUses uses)
    {
        text.Append("\n| kind | fields | enforced | warned | refused | ignored |\n|---|---|---|---|---|---|\n");
        foreach (var kind in Kinds)
        {
            var all = uses.RecordsOf(kind).SelectMany(shape => shape.Fields.Select(f => uses.Of(f, shape, kind).Status)).ToArray();
            text.Append($"| [{kind.Kind}](#{Anchor(kind)}) | {all.Length} | {all.Count(s => s is EnforcementStatus.Enforced or EnforcementStatus.EnforcedAtGateways)}");
            foreach (var status in (EnforcementStatus[])[EnforcementStatus.Warned, EnforcementStatus.Refused, EnforcementStatus.Ignored])
                text.Append($" | {all.Count(s => s == status)}");
            text.Append(" |\n");
        }

        text.Append($"\nRead where Kubernetes has them, or from files, and never applied: {string.Join(", ", KindRegistry.All.Except(Kinds).Select(k => k.Kind))}.\n");
    }

    private static void WriteKind(StringBuilder text, KindInfo kind, RecordUses uses, Dictionary<Type, string> written)
    {
        text.Append($"\n## {Title(kind)}\n\n`apiVersion: {string.Join("` or `", kind.Versions.Select(kind.ApiVersionOf))}`");
        text.Append(kind.Namespaced ? ", in a namespace" : ", of the whole mesh");
        if (kind.ShortNames.Length > 0) text.Append($"; short name `{string.Join("`, `", kind.ShortNames)}`");
        text.Append(".\n");
        if (kind.NotEnforced is { } rule) text.Append($"\n**{Capital(Enforcement.Of(rule).Word)}. {rule.Reason}**\n");
        foreach (var shape in uses.RecordsOf(kind))
        {
            // Once for all kinds that share it, unless another kind makes something else of it.
            var record = Record(shape, kind, uses);
            if (written.TryGetValue(shape.Type, out var before) && before == record) continue;
            written[shape.Type] = record;
            text.Append(record);
        }
    }

    private static string Record(RecordShape shape, KindInfo kind, RecordUses uses)
    {
        var text = new StringBuilder($"\n### {(shape.Type == kind.SpecType ? "spec" : shape.Type.Name)}\n\n| field | type | |\n|---|---|---|\n");
        foreach (var field in shape.Fields)
            text.Append($"| `{field.Name}`{(field.Required ? " (required)" : "")} | {TypeOf(field)} | {Status(field, uses.Of(field, shape, kind))} |\n");
        return text.ToString();
    }

    private static string Status(FieldShape field, Enforcement found)
    {
        var status = Capital(found.Word) + (found.Around is { } around ? $", with {around}." : found.Reason.Length == 0 ? "." : $". {found.Reason}");
        foreach (var value in Enforcement.OfValues(field)) status += " " + Capital(value);
        return status.Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static string TypeOf(FieldShape field) => TypeNames.Allowed(field) is { } allowed && field.Value.Kind == ValueKind.Enum
        ? string.Join(", ", allowed.Split(", ").Select(word => $"`{word}`"))
        : TypeNames.Of(field.Value);

    private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];

    // Two kinds may have the same name: Istio's Gateway and that of the Gateway API.
    private static string Title(KindInfo kind) => KindRegistry.All.Count(k => k.Kind == kind.Kind) > 1 ? $"{kind.Kind} of {kind.Group}" : kind.Kind;

    private static string Anchor(KindInfo kind) => Title(kind).ToLowerInvariant().Replace(' ', '-').Replace(".", "", StringComparison.Ordinal);
}
