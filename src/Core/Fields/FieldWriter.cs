using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Mesh.Core.Resources.Kubernetes;

namespace Mesh.Core.Fields;

/// <summary>
/// Writes model records in protobuf's JSON conventions, always the same bytes for the same record: fields in declared order, maps sorted,
/// nothing that is empty or zero.
/// </summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
internal static class FieldWriter
{
    public static void Write(Utf8JsonWriter writer, object record)
    {
        writer.WriteStartObject();
        WriteFields(writer, record);
        writer.WriteEndObject();
    }

    /// <summary>The fields without the braces around them.</summary>
    public static void WriteFields(Utf8JsonWriter writer, object record)
    {
        foreach (var field in RecordShape.Of(record.GetType()).Fields)
        {
            var value = field.Get(record);
            if (IsOmitted(field, value)) continue;
            writer.WritePropertyName(field.Name);
            if (value is TimeSpan duration && field.Duration is { Gateway: true }) writer.WriteStringValue(Durations.FormatGateway(duration));
            else WriteValue(writer, field.Value, value!);
        }
    }

    /// <summary>Whether <paramref name="value"/> is what the field has when nobody sets it, or means the same.</summary>
    public static bool IsDefault(FieldShape field, object? value) => value switch
    {
        null => true,
        string text => text.Length == 0 && field.OneOf is null,
        bool flag => !flag && !field.Value.Nullable,
        int number => number == 0 && !field.Value.Nullable,
        long number => number == 0 && !field.Value.Nullable,
        double number => number == 0 && !field.Value.Nullable,
        Enum member => field.Value.Enum!.Of(member).IsUnset || (!field.Value.Nullable && Convert.ToInt32(member, CultureInfo.InvariantCulture) == 0),
        _ => field.Value.Kind is ValueKind.List or ValueKind.Map && !field.Value.Collection!.Items(value).Any(),
    };

    // Zero values of enums that mean something (DISABLE, REGISTRY_ONLY) are written, unlike in protobuf, for the reader's sake.
    private static bool IsOmitted(FieldShape field, object? value) =>
        value is Enum member ? field.Value.Enum!.Of(member).IsUnset : IsDefault(field, value);

    private static void WriteValue(Utf8JsonWriter writer, ValueShape shape, object value)
    {
        switch (value)
        {
            case string text: writer.WriteStringValue(text); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case int number: writer.WriteNumberValue(number); break;
            case long number: writer.WriteNumberValue(number); break;
            case double number: writer.WriteNumberValue(number); break;
            case TimeSpan duration: writer.WriteStringValue(Durations.Format(duration)); break;
            case Enum member: writer.WriteStringValue(shape.Enum!.Of(member).Name); break;
            case ImmutableArray<byte> bytes: writer.WriteBase64StringValue(bytes.AsSpan()); break;
            case IntOrString { Name: { } name }: writer.WriteStringValue(name); break;
            case AnyValue any: writer.WriteRawValue(any.ToString()); break;
            case IntOrString port: writer.WriteNumberValue(port.Number); break;
            default: WriteComposite(writer, shape, value); break;
        }
    }

    private static void WriteComposite(Utf8JsonWriter writer, ValueShape shape, object value)
    {
        if (shape.Kind == ValueKind.Record)
        {
            Write(writer, value);
            return;
        }

        if (shape.Kind == ValueKind.List) writer.WriteStartArray();
        else writer.WriteStartObject();
        foreach (var (key, item) in shape.Collection!.Items(value))
        {
            if (key is not null) writer.WritePropertyName(Convert.ToString(key, CultureInfo.InvariantCulture)!);
            WriteValue(writer, shape.Element!, item!);
        }

        if (shape.Kind == ValueKind.List) writer.WriteEndArray();
        else writer.WriteEndObject();
    }
}
