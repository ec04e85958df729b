using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mesh.Core.Fields;

namespace Mesh.Core.Schema.Cel;

/// <summary>Pieces of CEL expressions about fields.</summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
internal static class CelText
{
    // Words of the language; the API server wants fields of these names in underscores.
    private static readonly string[] Reserved =
    [
        "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop", "null", "package", "namespace",
        "return", "true", "var", "void", "while",
    ];

    /// <summary><c>self.name</c>, with the name escaped where CEL needs it.</summary>
    public static string Self(string field) => "self." + (Reserved.Contains(field) ? $"__{field}__" : field);

    /// <summary>Whether a field says anything: as <see cref="FieldWriter.IsDefault"/>, the other way round.</summary>
    public static string IsSet(FieldShape field)
    {
        var self = Self(field.Name);
        var more = field.Value.Kind switch
        {
            ValueKind.Text when field.OneOf is null => $" && {self} != ''",
            ValueKind.List or ValueKind.Map => $" && size({self}) > 0",
            ValueKind.Boolean when !field.Value.Nullable => $" && {self}",
            ValueKind.Integer or ValueKind.Long when !field.Value.Nullable => $" && {self} != 0",
            ValueKind.Number when !field.Value.Nullable => $" && {self} != 0.0",
            ValueKind.Enum when Unset(field) is { Length: > 0 } unset => $" && !({self} in {Words(unset)})",
            _ => "",
        };
        return $"has({self}){more}";
    }

    /// <summary>How many of the fields are set.</summary>
    public static string Count(IEnumerable<FieldShape> fields) => string.Join(" + ", fields.Select(f => $"({IsSet(f)} ? 1 : 0)"));

    /// <summary><c>['A', 'B']</c>.</summary>
    public static string Words(IEnumerable<string> words) => $"[{string.Join(", ", words.Select(Quoted))}]";

    public static string Quoted(string word) => "'" + word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";

    private static string[] Unset(FieldShape field) =>
        [.. field.Value.Enum!.Values.Where(v => v.IsUnset || (!field.Value.Nullable && Convert.ToInt32(v.Value, CultureInfo.InvariantCulture) == 0)).Select(v => v.Name)];
}
