using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Mesh.Core.Documents;

namespace Mesh.Core.Schema.Crds;

/// <summary>The definitions as the files of <c>deploy/crds</c>.</summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
public static class CrdFiles
{
    private const string Head = "# Generated from the models in src/Core/Resources: `meshctl crds`, or the tests of Core with MESH_UPDATE_GOLDEN=1.\n";

    /// <summary>Name and text of each, in the order of the kinds.</summary>
    public static IEnumerable<(string Name, string Text)> All(Descriptions descriptions) =>
        CrdBuilder.Kinds.Select(kind => (CrdBuilder.FileName(kind), Head + YamlWriter.Write(JsonSerializer.SerializeToElement(CrdBuilder.Build(kind, descriptions)))));
}
