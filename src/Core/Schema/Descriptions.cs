using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mesh.Core.Fields;

namespace Mesh.Core.Schema;

/// <summary>
/// What fields mean: the summaries of the models' doc comments, out of the compiler's XML documentation file, so that there is one
/// source for the code's reader, <c>meshctl explain</c>, the CRDs and the docs. Immutable.
/// </summary>
public sealed partial class Descriptions
{
    private readonly FrozenDictionary<string, string> byMember;

    private Descriptions(FrozenDictionary<string, string> byMember) => this.byMember = byMember;

    /// <summary>Of nothing, where schemas are for machines.</summary>
    internal static Descriptions None { get; } = new(FrozenDictionary<string, string>.Empty);

    /// <summary>Reads the documentation file of the assembly of the models.</summary>
    /// <exception cref="System.Xml.XmlException">It is not well formed.</exception>
    public static Descriptions Load(Stream xml) => new(XDocument.Load(xml)
        .Descendants("member")
        .Where(m => m.Element("summary") is not null)
        .ToFrozenDictionary(m => m.Attribute("name")!.Value, m => Text(m.Element("summary")!), StringComparer.Ordinal));

    /// <summary>Of a record; empty when it has none.</summary>
    internal string Of(Type record) => byMember.GetValueOrDefault("T:" + record.FullName!.Replace('+', '.'), "");

    /// <summary>Of a field itself; empty when it has none.</summary>
    internal string OfOwn(PropertyInfo property) => byMember.GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}", "");

    /// <summary>Of a field, or else of the record or enum it holds.</summary>
    internal string Of(FieldShape field)
    {
        if (OfOwn(field.Property) is { Length: > 0 } own) return own;
        var value = field.Value;
        while (value.Element is { } element) value = element;
        return value.Kind switch
        {
            ValueKind.Record => Of(value.Record.Type),
            ValueKind.Enum => Of(value.Enum!.Values[0].Value.GetType()),
            _ => "",
        };
    }

    /// <summary>Of one value of an enum; empty when it has none.</summary>
    internal string Of(EnumValue value) => byMember.GetValueOrDefault($"F:{value.Value.GetType().FullName}.{value.Value}", "");

    private static string Text(XElement summary)
    {
        var text = new StringBuilder();
        foreach (var node in summary.Nodes()) Append(text, node);
        return Spaces().Replace(text.ToString(), " ").Trim();
    }

    private static void Append(StringBuilder text, XNode node)
    {
        if (node is XText words) text.Append(words.Value);
        if (node is not XElement element) return;
        if (element.Attribute("cref")?.Value is { } cref) text.Append('`').Append(NameOf(cref)).Append('`');
        else text.Append('`').Append(element.Value).Append('`');
    }

    // A reference to a property is written as its field is, one to a value as the enum's word.
    private static string NameOf(string cref)
    {
        var name = cref[(cref.LastIndexOf('.') + 1)..];
        return cref[0] switch { 'P' => FieldNames.CamelCase(name), 'F' => FieldNames.UpperSnakeCase(name), _ => name };
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
