using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Core.Fields;

namespace Mesh.Core.Conversion;

/// <summary>Rewrites the JSON of a record and of all records in it, the inner ones first. One for each document.</summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
internal sealed class RecordRewriter(List<ConversionRemark> remarks)
{
    public void Rewrite(JsonObject record, RecordShape shape, string path, bool isProtobuf)
    {
        if (isProtobuf) Rename(record, shape);
        foreach (var field in shape.Fields)
            if (record[field.Name] is { } value && Rewritten(value, field.Value, $"{path}.{field.Name}", isProtobuf) is { } other) record[field.Name] = other;
        if (DeprecatedFields.Find(shape.Type) is { } replace) replace(new DeprecatedRecord(record, path, remarks));
    }

    // protobuf's own names, jwks_uri, to JSON's.
    private static void Rename(JsonObject record, RecordShape shape)
    {
        foreach (var name in record.Select(p => p.Key).ToArray())
        {
            if (shape.Find(name) is not null || shape.FindSnake(name) is not { } field || record.ContainsKey(field.Name)) continue;
            var index = record.IndexOf(name);
            var value = record[name];
            record.RemoveAt(index);
            record.Insert(index, field.Name, value);
        }
    }

    // What takes the value's place; null where it stays, itself perhaps changed inside.
    private JsonNode? Rewritten(JsonNode value, ValueShape shape, string path, bool isProtobuf)
    {
        switch (shape.Kind)
        {
            case ValueKind.Record when value is JsonObject record:
                Rewrite(record, shape.Record, path, isProtobuf);
                break;
            case ValueKind.List when value is JsonArray list:
                for (var i = 0; i < list.Count; i++)
                    if (list[i] is { } item && Rewritten(item, shape.Element!, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), isProtobuf) is { } other) list[i] = other;
                break;
            case ValueKind.Map when value is JsonObject map:
                foreach (var key in map.Select(p => p.Key).ToArray())
                    if (map[key] is { } item && Rewritten(item, shape.Element!, $"{path}.{key}", isProtobuf) is { } other) map[key] = other;
                break;
            case ValueKind.Enum when isProtobuf && value is JsonValue number && number.TryGetValue(out long numeric) && shape.Enum!.Find(numeric) is { } member:
                return member.Name;
        }

        return null;
    }
}
