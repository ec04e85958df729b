using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mesh.Core.Fields;
using Mesh.Core.Kinds;

namespace Mesh.Core.Resources;

/// <summary>
/// Writes objects as JSON in protobuf's conventions: durations <c>"1.5s"</c>, enums by name, empty fields left out. The same object
/// always gives the same bytes, so they can be compared and hashed. Stateless and thread-safe.
/// </summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
public static class ObjectWriter
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Indented = Compact with { Indented = true };

    /// <summary>The whole object: apiVersion, kind, metadata and spec, as UTF-8.</summary>
    public static byte[] ToJson(MeshObject value) => Write(Compact, writer => WriteObject(writer, value));

    /// <summary>As <see cref="ToJson"/>, as text, for people when <paramref name="indented"/>.</summary>
    public static string ToJsonText(MeshObject value, bool indented = false) =>
        Encoding.UTF8.GetString(Write(indented ? Indented : Compact, writer => WriteObject(writer, value)));

    /// <summary>The spec alone: equal bytes say that two objects ask for the same.</summary>
    public static byte[] SpecToJson(MeshObject value) => Write(Compact, writer => FieldWriter.Write(writer, value.Spec));

    /// <summary>Writes the object as a value into a larger document, for lists.</summary>
    public static void WriteTo(Utf8JsonWriter writer, MeshObject value) => WriteObject(writer, value);

    private static byte[] Write(JsonWriterOptions options, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, options)) write(writer);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteObject(Utf8JsonWriter writer, MeshObject value)
    {
        writer.WriteStartObject();
        writer.WriteString("apiVersion", value.ApiVersion);
        writer.WriteString("kind", value.Key.ShortKind);
        writer.WritePropertyName("metadata");
        WriteMetadata(writer, value.Metadata);
        if (KindRegistry.Find(value.Key) is { BodyAtRoot: true })
        {
            FieldWriter.WriteFields(writer, value.Spec);
        }
        else
        {
            writer.WritePropertyName("spec");
            FieldWriter.Write(writer, value.Spec);
        }

        writer.WriteEndObject();
    }

    private static void WriteMetadata(Utf8JsonWriter writer, ObjectMeta metadata)
    {
        writer.WriteStartObject();
        writer.WriteString("name", metadata.Name);
        if (metadata.Namespace.Length > 0) writer.WriteString("namespace", metadata.Namespace);
        WriteMap(writer, "labels", metadata.Labels);
        WriteMap(writer, "annotations", metadata.Annotations);
        if (metadata.CreationTimestamp is { } created)
            writer.WriteString("creationTimestamp", created.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture));
        if (metadata.Generation > 0) writer.WriteNumber("generation", metadata.Generation);
        if (metadata.ResourceVersion.Value > 0) writer.WriteString("resourceVersion", metadata.ResourceVersion.ToString());
        if (metadata.Uid.Length > 0) writer.WriteString("uid", metadata.Uid);
        writer.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, string> map)
    {
        if (map.Count == 0) return;
        writer.WriteStartObject(name);
        foreach (var (key, value) in map) writer.WriteString(key, value);
        writer.WriteEndObject();
    }
}
