using System.Globalization;
using System.Text.Json;

namespace Mesh.Core.Documents;

/// <summary>The tree of a JSON document that the mesh wrote itself; no lines. Throws <see cref="JsonException"/>.</summary>
internal static class JsonTree
{
    public static SourceNode Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = YamlTree.MaxDepth });
        using var document = JsonDocument.ParseValue(ref reader);
        return Convert(document.RootElement);
    }

    private static SourceNode Convert(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var entries = new List<SourceEntry>();
                foreach (var property in element.EnumerateObject()) entries.Add(new(property.Name, 0, Convert(property.Value)));
                return new SourceMapping(0, entries);
            case JsonValueKind.Array:
                var items = new List<SourceNode>();
                foreach (var item in element.EnumerateArray()) items.Add(Convert(item));
                return new SourceSequence(0, items);
            case JsonValueKind.String:
                return new SourceScalar(0, ScalarType.String, element.GetString()!);
            case JsonValueKind.Number:
                var text = element.GetRawText();
                return element.TryGetInt64(out var integer)
                    ? new SourceScalar(0, ScalarType.Integer, text, integer, integer)
                    : new SourceScalar(0, ScalarType.Float, text, double.Parse(text, CultureInfo.InvariantCulture));
            case JsonValueKind.True:
                return new SourceScalar(0, ScalarType.Boolean, "true", 1, 1);
            case JsonValueKind.False:
                return new SourceScalar(0, ScalarType.Boolean, "false");
            default:
                return new SourceScalar(0, ScalarType.Null, "null");
        }
    }
}
