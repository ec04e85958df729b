using System.Text.Json.Nodes;
using Mesh.Core.Fields;
using Mesh.Core.Resources;

namespace Mesh.TestKit.Coverage;

/// <summary>One object of a mesh, changed in one field only.</summary>
internal static class FieldProbes
{
    /// <summary>Every valid object that differs from <paramref name="original"/> in this field alone, wherever its record stands in it.</summary>
    public static IEnumerable<MeshObject> Of(MeshObject original, FieldShape field)
    {
        var spec = JsonNode.Parse(ObjectWriter.ToJson(original))!["spec"]!;
        var shape = RecordShape.Of(original.Spec.GetType());
        var place = -1;
        foreach (var found in Places(spec, shape, field))
        {
            place++;
            var varied = found[field.Name] is { } present ? SampleValues.Variations(present, field.Value) : [];
            foreach (var value in varied.Prepend(null).Concat(SampleValues.Of(field.Value)))
            {
                var json = JsonNode.Parse(ObjectWriter.ToJson(original))!.AsObject();
                json["metadata"]!.AsObject().Remove("creationTimestamp");
                if (!Set(Places(json["spec"]!, shape, field).ElementAt(place), field, value?.DeepClone())) continue;
                if (ObjectReader.Read(json.ToJsonString(), "probe") is [{ Object: { } changed }]) yield return changed with { Metadata = original.Metadata };
            }
        }
    }

    // Oneofs exclude each other: the one that is probed replaces the others.
    private static bool Set(JsonObject record, FieldShape field, JsonNode? value)
    {
        if (value is null) return record.Remove(field.Name);
        if (JsonNode.DeepEquals(record[field.Name], value)) return false;
        foreach (var other in RecordShape.Of(field.Property.DeclaringType!).Fields.Where(f => f.OneOf is not null && f.OneOf == field.OneOf)) record.Remove(other.Name);
        record[field.Name] = value;
        return true;
    }

    private static IEnumerable<JsonObject> Places(JsonNode node, RecordShape shape, FieldShape field)
    {
        if (shape.Type == field.Property.DeclaringType) yield return node.AsObject();
        foreach (var inner in shape.Fields)
            if (node[inner.Name] is { } value)
                foreach (var (child, record) in Records(value, inner.Value))
                    foreach (var place in Places(child, record, field)) yield return place;
    }

    private static IEnumerable<(JsonNode Node, RecordShape Shape)> Records(JsonNode node, ValueShape shape) => shape.Kind switch
    {
        ValueKind.Record => [(node, shape.Record)],
        ValueKind.List => node.AsArray().SelectMany(e => Records(e!, shape.Element!)),
        ValueKind.Map => node.AsObject().SelectMany(e => Records(e.Value!, shape.Element!)),
        _ => [],
    };
}
