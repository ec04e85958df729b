using System.Text.Json.Nodes;
using Mesh.Core.Fields;

namespace Mesh.TestKit.Coverage;

/// <summary>Values to try for a field, by its type alone: a few of each, because many are not valid where they are put.</summary>
internal static class SampleValues
{
    private const int MostDepth = 3;

    private static readonly string[] Texts = ["probe", "/probe", "probe.example.com", "v2", "http", "*", ".", "default", "3", "5xx", "a.b/c", "default/shop", "other/probe.example.com", "source.namespace"];
    private static readonly string[] Durations = ["0.75s", "90s"];
    private static readonly int[] Numbers = [503, 2, 302, 50, 8081, 9090, 7, 1, 0, 100];

    public static IEnumerable<JsonNode?> Of(ValueShape shape, int depth = 0) => shape.Kind switch
    {
        ValueKind.Text => Texts.Select(t => (JsonNode?)t),
        ValueKind.Boolean => [true, false],
        ValueKind.Integer or ValueKind.Long => Numbers.Select(n => (JsonNode?)n),
        ValueKind.Number => [0.5, 10, 100],
        ValueKind.Duration => Durations.Select(d => (JsonNode?)d),
        ValueKind.Enum => shape.Enum!.Values.Select(v => (JsonNode?)v.Name),
        ValueKind.Bytes => ["BQYH"],
        ValueKind.IntOrString => [7777, "http", "grpc"],
        ValueKind.Any => [new JsonObject { ["probe"] = "value" }],
        ValueKind.Record => Records(shape.Record, depth),
        ValueKind.List => Elements(shape, depth).Select(e => (JsonNode?)new JsonArray(e)).Prepend(new JsonArray()),
        _ => Elements(shape, depth).Select(e => (JsonNode?)new JsonObject { [shape.NumberKeys ? "9080" : "probe"] = e }).Prepend(new JsonObject()),
    };

    private static IEnumerable<JsonNode?> Elements(ValueShape shape, int depth) => depth < MostDepth ? Of(shape.Element!, depth + 1) : [];

    // The empty record, and each field set alone on what the record needs.
    private static IEnumerable<JsonNode?> Records(RecordShape shape, int depth)
    {
        yield return new JsonObject();
        if (depth >= MostDepth) yield break;
        foreach (var field in shape.Fields)
            foreach (var value in Of(field.Value, depth + 1).Take(4))
            {
                var record = new JsonObject { [field.Name] = value };
                foreach (var needed in shape.Fields.Where(f => f.Required && f != field))
                    if (Of(needed.Value, depth + 1).ElementAtOrDefault(needed.Value.Kind is ValueKind.Record or ValueKind.List ? 1 : 0) is { } least) record[needed.Name] = least;
                yield return record;
            }
    }

    /// <summary>A value that is there, changed in one place inside: what shows that a record, list or map is read at all.</summary>
    public static IEnumerable<JsonNode?> Variations(JsonNode value, ValueShape shape) => shape.Kind switch
    {
        ValueKind.Record => shape.Record.Fields.Where(f => value[f.Name] is not null).SelectMany(f => Changes(value[f.Name]!, f.Value).Select(v => With(value.AsObject(), f.Name, v))),
        ValueKind.List => value.AsArray().SelectMany((e, i) => Changes(e!, shape.Element!).Select(v => With(value.AsArray(), i, v))),
        ValueKind.Map => value.AsObject().SelectMany(e => Changes(e.Value!, shape.Element!).Select(v => With(value.AsObject(), e.Key, v))),
        _ => [],
    };

    private static IEnumerable<JsonNode?> Changes(JsonNode value, ValueShape shape) =>
        shape.Kind is ValueKind.Record or ValueKind.List or ValueKind.Map ? Variations(value, shape) : Of(shape);

    private static JsonObject With(JsonObject map, string key, JsonNode? value)
    {
        var copy = map.DeepClone().AsObject();
        copy[key] = value?.DeepClone();
        return copy;
    }

    private static JsonArray With(JsonArray list, int index, JsonNode? value)
    {
        var copy = list.DeepClone().AsArray();
        copy[index] = value?.DeepClone();
        return copy;
    }
}
