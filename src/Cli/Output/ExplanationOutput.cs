using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mesh.Cli.Commands;
using Mesh.Core.Documents;
using Mesh.Core.Schema;

namespace Mesh.Cli.Output;

/// <summary>An explanation in the formats of <c>explain -o</c>.</summary>
internal static class ExplanationOutput
{
    private const int Width = 100;

    /// <summary>A blank that does not separate words.</summary>
    private const char Blank = '\u00a0';

    private static readonly JsonSerializerOptions Json = new(CommonOptions.Json)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Render(FieldExplanation found, string format, Terminal terminal) => format switch
    {
        "json" => JsonSerializer.Serialize(found, Json) + "\n",
        "yaml" => YamlWriter.Write(JsonSerializer.SerializeToElement(found, Json)),
        _ => Text(found, terminal),
    };

    private static string Text(FieldExplanation found, Terminal terminal)
    {
        var text = new StringBuilder();
        text.Append(terminal.Strong($"{found.Kind}  {found.Path}")).Append("\n\n");
        Wrap(text, found.Description, "  ");
        text.Append('\n');
        foreach (var (name, value) in Rows(found)) Wrap(text, $"{(name.Length == 0 ? "" : name + ":").PadRight(10, Blank)} {value}", "  ", "             ");
        if (!found.Fields.IsEmpty)
        {
            text.Append('\n').Append(terminal.Strong("Fields")).Append('\n');
            foreach (var field in found.Fields) Field(text, field, "  ");
        }

        return text.ToString();
    }

    private static IEnumerable<(string Name, string Value)> Rows(FieldExplanation found)
    {
        yield return ("type", found.Type + (found.Required ? ", required" : ""));
        if (found.Allowed is { } allowed) yield return ("values", allowed);
        if (found.Default is { } value) yield return ("default", value);
        if (!found.Excludes.IsEmpty) yield return ("excludes", string.Join(", ", found.Excludes));
        yield return ("versions", string.Join(", ", found.Versions));
        yield return ("since", found.Since);
        yield return ("mesh", Status(found.Enforcement));
        foreach (var own in found.Values) yield return ("", own);
    }

    private static void Field(StringBuilder text, FieldExplanation field, string indent)
    {
        var name = field.Path[(field.Path.LastIndexOf('.') + 1)..];
        text.Append(indent).Append(name).Append("  <").Append(field.Type).Append('>').Append(field.Required ? " required" : "");
        if (field.Enforcement.Status != EnforcementStatus.Enforced) text.Append("  [").Append(field.Enforcement.Word).Append(']');
        text.Append('\n');
        Wrap(text, field.Description, indent + "    ");
        foreach (var inner in field.Fields) Field(text, inner, indent + "    ");
    }

    private static string Status(Enforcement enforcement)
    {
        var around = enforcement.Around is { } name ? $", with {name}" : "";
        return enforcement.Reason.Length == 0 ? enforcement.Word : $"{enforcement.Word}{around}. {enforcement.Reason}";
    }

    private static void Wrap(StringBuilder text, string words, string indent, string? further = null)
    {
        var line = indent;
        foreach (var word in words.Split(' '))
        {
            if (line.Length + word.Length > Width && line.Trim().Length > 0)
            {
                text.Append(line.TrimEnd().Replace(Blank, ' ')).Append('\n');
                line = further ?? indent;
            }

            line += word + " ";
        }

        if (line.Trim().Length > 0) text.Append(line.TrimEnd().Replace(Blank, ' ')).Append('\n');
    }
}
