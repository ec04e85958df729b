using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mesh.Core.Fields;

namespace Mesh.Core.Schema;

/// <summary>Types and bounds of fields in words.</summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
internal static class TypeNames
{
    public static string Of(ValueShape value) => value.Kind switch
    {
        ValueKind.Record => value.Record.Type.Name,
        ValueKind.List => $"list of {Of(value.Element!)}",
        ValueKind.Map => $"map of {(value.NumberKeys ? "port" : "string")} to {Of(value.Element!)}",
        ValueKind.Enum => "word",
        ValueKind.Text => "string",
        ValueKind.Bytes => "base64",
        ValueKind.IntOrString => "number or name",
        ValueKind.Integer or ValueKind.Long => "whole number",
        _ => value.Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>The values a field takes, where its type allows more; null where it does not say.</summary>
    public static string? Allowed(FieldShape field)
    {
        var value = field.Value;
        while (value.Element is { } element) value = element;
        if (value.Enum is { } words) return string.Join(", ", words.Values.Select(v => v.Name));
        if (field.Range is { } range) return Range(range);
        return field.Duration is { } bound ? string.Create(CultureInfo.InvariantCulture, $"at least {bound.Minimum.TotalMilliseconds}ms") : null;
    }

    private static string Range(RangeAttribute range)
    {
        var least = range.Minimum.ToString(CultureInfo.InvariantCulture);
        return range.Maximum >= int.MaxValue ? $"at least {least}" : $"{least} to {range.Maximum.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>The record a field holds, itself or as the elements of a list or map; null for others.</summary>
    public static RecordShape? RecordOf(ValueShape value) =>
        value.Kind == ValueKind.Record ? value.Record : value.Element is { } element ? RecordOf(element) : null;
}
