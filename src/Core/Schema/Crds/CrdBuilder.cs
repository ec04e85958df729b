using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Mesh.Core.Fields;
using Mesh.Core.Kinds;

namespace Mesh.Core.Schema.Crds;

/// <summary>
/// Makes the CustomResourceDefinition of a kind: every version with the same schema, the first one stored, status as a subresource that
/// the mesh fills as it likes.
/// </summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
public static class CrdBuilder
{
    /// <summary>The kinds that need a definition: Istio's and the mesh's own. Others come with Kubernetes or bring their own.</summary>
    public static IEnumerable<KindInfo> Kinds => KindRegistry.All.Where(k => CrdFacts.Of(k) is not null);

    /// <summary>As in <c>deploy/crds</c>: <c>networking.istio.io_virtualservices.yaml</c>.</summary>
    public static string FileName(KindInfo kind) => $"{kind.Group}_{kind.Plural}.yaml";

    public static JsonObject Build(KindInfo kind, Descriptions descriptions)
    {
        var facts = CrdFacts.Of(kind) ?? throw new ArgumentException($"{kind.QualifiedKind} is not defined by the mesh", nameof(kind));
        return new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{kind.Plural}.{kind.Group}",
                ["annotations"] = new JsonObject { ["helm.sh/resource-policy"] = "keep" },
                ["labels"] = new JsonObject { ["app.kubernetes.io/part-of"] = "mesh" },
            },
            ["spec"] = new JsonObject
            {
                ["group"] = kind.Group,
                ["names"] = Names(kind, facts),
                ["scope"] = kind.Namespaced ? "Namespaced" : "Cluster",
                ["versions"] = new JsonArray([.. kind.Versions.Select(v => (JsonNode)Version(kind, facts, v, descriptions))]),
            },
        };
    }

    private static JsonObject Names(KindInfo kind, CrdFacts facts)
    {
        var names = new JsonObject
        {
            ["categories"] = Words(facts.Categories),
            ["kind"] = kind.Kind,
            ["listKind"] = kind.Kind + "List",
            ["plural"] = kind.Plural,
        };
        if (!kind.ShortNames.IsEmpty) names["shortNames"] = Words(kind.ShortNames);
        names["singular"] = kind.Singular;
        return names;
    }

    private static JsonObject Version(KindInfo kind, CrdFacts facts, string version, Descriptions descriptions) => new()
    {
        ["name"] = version,
        ["served"] = true,
        ["storage"] = version == kind.Versions[0],
        ["additionalPrinterColumns"] = new JsonArray([.. facts.Columns.Append(CrdColumn.Age).Select(c => (JsonNode)Column(c))]),
        ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
        ["schema"] = new JsonObject { ["openAPIV3Schema"] = Schema(kind, facts, descriptions) },
    };

    private static JsonObject Column(CrdColumn column)
    {
        var entry = new JsonObject { ["name"] = column.Name, ["type"] = column.Type, ["jsonPath"] = column.JsonPath, ["description"] = column.Description };
        if (column.Wide) entry["priority"] = 1;
        return entry;
    }

    private static JsonObject Schema(KindInfo kind, CrdFacts facts, Descriptions descriptions)
    {
        var shape = RecordShape.Of(kind.SpecType);
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["spec"] = new SchemaBuilder(descriptions).Record(shape, descriptions.Of(kind.SpecType)),
                ["status"] = new JsonObject
                {
                    ["description"] = "What the mesh made of the object: whether it is accepted, and how many proxies have it in force.",
                    ["type"] = "object",
                    ["x-kubernetes-preserve-unknown-fields"] = true,
                },
            },
        };
        if (shape.Fields.Any(f => f.Required)) schema["required"] = new JsonArray("spec");
        if (facts.OnlyName is { } only)
            schema["x-kubernetes-validations"] = new JsonArray(
                new JsonObject { ["rule"] = $"self.metadata.name == '{only}'", ["message"] = $"a mesh has one {kind.Kind}, named {only}" });
        return schema;
    }

    private static JsonArray Words(ImmutableArray<string> words) => [.. words.Select(w => (JsonNode)w)];
}
