using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Core.Fields;
using Mesh.Core.Schema.Cel;

namespace Mesh.Core.Schema;

/// <summary>
/// Makes structural OpenAPI v3 schemas (apiextensions.k8s.io/v1) of model records: types, formats, bounds and descriptions, and CEL rules for
/// what these cannot say. Every list and map is bounded, because the API server refuses rules whose worst case it cannot afford.
/// </summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
internal sealed class SchemaBuilder(Descriptions descriptions)
{
    /// <summary>The longest <see cref="Durations"/> reads.</summary>
    private const int LongestDuration = 64;

    /// <summary>Entries of lists and maps, by how many others they are nested in; generous, but their product has to be affordable.</summary>
    private static readonly int[] MostItems = [1000, 64, 32, 16];

    /// <summary>A schema of its own for each call; the caller may change it.</summary>
    public JsonObject Record(RecordShape shape, string description) => Record(shape, description, Place.Spec, []);

    private JsonObject Record(RecordShape shape, string description, Place place, HashSet<Type> around)
    {
        if (!around.Add(shape.Type)) throw new InvalidOperationException($"{shape.Type.Name} contains itself, which a structural schema cannot say");
        var properties = new JsonObject();
        foreach (var field in shape.Fields) properties[field.Name] = Field(field, place, around);
        around.Remove(shape.Type);
        var schema = new JsonObject { ["description"] = description, ["type"] = "object", ["properties"] = properties };
        if (shape.Fields.Where(f => f.Required).Select(f => (JsonNode)f.Name).ToArray() is { Length: > 0 } required) schema["required"] = new JsonArray(required);
        AddRules(schema, [.. DerivedRules.Of(shape), .. SchemaRules.All.Of(shape.Type)], place);
        return schema;
    }

    private JsonObject Field(FieldShape field, Place place, HashSet<Type> around)
    {
        var bounds = SchemaRules.All.Of(field);
        var schema = Value(field, field.Value, bounds, place, around);
        if (descriptions.Of(field) is { Length: > 0 } text) Insert(schema, "description", text);
        AddRules(schema, bounds.Rules, place);
        return schema;
    }

    private JsonObject Value(FieldShape field, ValueShape value, FieldBounds bounds, Place place, HashSet<Type> around)
    {
        var schema = value.Kind switch
        {
            ValueKind.Record => Record(value.Record, descriptions.Of(value.Record.Type), place, around),
            ValueKind.List => List(field, value, bounds, place, around),
            ValueKind.Map => Map(field, value, bounds, place, around),
            ValueKind.Text => Text(field, value, bounds),
            ValueKind.Boolean => new JsonObject { ["type"] = "boolean" },
            ValueKind.Integer => Number(field, "integer", "int32"),
            ValueKind.Long => Number(field, "integer", "int64"),
            ValueKind.Number => Number(field, "number", "double"),
            ValueKind.Duration => new JsonObject { ["type"] = "string", ["maxLength"] = LongestDuration, ["pattern"] = Patterns.Duration },
            ValueKind.Enum => new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. value.Enum!.Values.Select(v => (JsonNode)v.Name)]) },
            ValueKind.Bytes => new JsonObject { ["type"] = "string", ["format"] = "byte" },
            ValueKind.Any => new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true },
            _ => new JsonObject { ["x-kubernetes-int-or-string"] = true },
        };
        AddRules(schema, DerivedRules.Of(field, value), place);
        return schema;
    }

    private JsonObject List(FieldShape field, ValueShape value, FieldBounds bounds, Place place, HashSet<Type> around)
    {
        var most = bounds.MaxItems ?? field.Size?.Maximum ?? Most(place);
        var schema = new JsonObject
        {
            ["type"] = "array",
            ["maxItems"] = most,
            ["items"] = Value(field, value.Element!, bounds, place.In(most), around),
        };
        if (field.Required) schema["minItems"] = Math.Max(1, field.Size?.Minimum ?? 1);
        if (bounds.Set) schema["x-kubernetes-list-type"] = "set";
        if (bounds.Keys.IsEmpty) return schema;
        schema["x-kubernetes-list-type"] = "map";
        schema["x-kubernetes-list-map-keys"] = new JsonArray([.. bounds.Keys.Select(k => (JsonNode)k)]);
        return schema;
    }

    private JsonObject Map(FieldShape field, ValueShape value, FieldBounds bounds, Place place, HashSet<Type> around)
    {
        var most = bounds.MaxItems ?? field.Size?.Maximum ?? Most(place);
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["maxProperties"] = most,
            ["additionalProperties"] = Value(field, value.Element!, bounds, place.In(most), around),
        };
        if (field.Required) schema["minProperties"] = 1;
        return schema;
    }

    // A string of its own that is required must not be empty; one in a list or map may be, unless it is bounded.
    private static JsonObject Text(FieldShape field, ValueShape value, FieldBounds bounds)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (bounds.MinLength is { } least) schema["minLength"] = least;
        else if (field.Required && ReferenceEquals(value, field.Value)) schema["minLength"] = 1;
        if ((bounds.MaxLength ?? field.Size?.Maximum) is { } most && ReferenceEquals(value, field.Value)) schema["maxLength"] = most;
        else if (bounds.MaxLength is { } inner) schema["maxLength"] = inner;
        if (bounds.Pattern is { } pattern) schema["pattern"] = pattern;
        return schema;
    }

    private static JsonObject Number(FieldShape field, string type, string format)
    {
        var schema = new JsonObject { ["type"] = type, ["format"] = format };
        if (field.Range is not { } range) return schema;
        if (range.Minimum > double.MinValue) schema["minimum"] = JsonNode.Parse(range.Minimum.ToString("R", CultureInfo.InvariantCulture));
        if (range.Maximum < int.MaxValue) schema["maximum"] = JsonNode.Parse(range.Maximum.ToString("R", CultureInfo.InvariantCulture));
        return schema;
    }

    private static int Most(Place place) => MostItems[Math.Min(place.Depth, MostItems.Length - 1)];

    private static void AddRules(JsonObject schema, IEnumerable<CelRule> rules, Place place)
    {
        foreach (var rule in rules.Where(r => place.Number <= r.MostPlaces))
        {
            if (schema["x-kubernetes-validations"] is not JsonArray list) schema["x-kubernetes-validations"] = list = [];
            var entry = new JsonObject { ["rule"] = rule.Rule, ["message"] = rule.Message };
            if (rule.Field is { } field) entry["fieldPath"] = "." + field;
            list.Add((JsonNode)entry);
        }
    }

    private static void Insert(JsonObject schema, string name, JsonNode value)
    {
        schema.Remove(name);
        schema.Insert(0, name, value);
    }

    /// <summary>How many lists and maps are around, and how many values they allow here in all.</summary>
    private readonly record struct Place(int Depth, double Number)
    {
        public static readonly Place Spec = new(0, 1);

        public Place In(int most) => new(Depth + 1, Number * most);
    }
}
