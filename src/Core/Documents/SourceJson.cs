using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Core.Documents;

/// <summary>A document's tree as JSON, as Kubernetes would read the same YAML; what lines and spellings there were is gone.</summary>
internal static class SourceJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonNode? Of(SourceNode node) => node switch
    {
        SourceMapping map => new JsonObject(map.Entries.Select(e => KeyValuePair.Create(e.Key, Of(e.Value)))),
        SourceSequence list => new JsonArray([.. list.Items.Select(Of)]),
        SourceScalar { Type: ScalarType.Null } => null,
        SourceScalar { Type: ScalarType.Boolean } flag => flag.Boolean,
        SourceScalar { Type: ScalarType.Integer } number => number.Integer,
        SourceScalar { Type: ScalarType.Float } number => number.Number,
        SourceScalar text => text.Text,
        _ => throw new ArgumentException($"a {node.GetType().Name} is not a part of a document", nameof(node)),
    };

    /// <summary>As compact text.</summary>
    public static string Write(SourceNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options)) Write(writer, node);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, SourceNode node)
    {
        switch (node)
        {
            case SourceMapping map:
                writer.WriteStartObject();
                foreach (var entry in map.Entries)
                {
                    writer.WritePropertyName(entry.Key);
                    Write(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case SourceSequence list:
                writer.WriteStartArray();
                foreach (var item in list.Items) Write(writer, item);
                writer.WriteEndArray();
                break;
            default:
                WriteScalar(writer, (SourceScalar)node);
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, SourceScalar scalar)
    {
        switch (scalar.Type)
        {
            case ScalarType.Null: writer.WriteNullValue(); break;
            case ScalarType.Boolean: writer.WriteBooleanValue(scalar.Boolean); break;
            case ScalarType.Integer: writer.WriteNumberValue(scalar.Integer); break;
            case ScalarType.Float when double.IsFinite(scalar.Number): writer.WriteNumberValue(scalar.Number); break;
            default: writer.WriteStringValue(scalar.Text); break;
        }
    }
}
