using System.Text.Json.Nodes;

namespace Mesh.Core.Documents;

/// <summary>A document's tree as JSON, as Kubernetes would read the same YAML; what lines and spellings there were is gone.</summary>
internal static class SourceJson
{
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
}
