using System.Collections.Immutable;
using Mesh.Cli.Documents;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;

namespace Mesh.Cli.Analysis;

/// <summary>Settings of the mesh from a file: the object, or what Istio calls mesh config, the settings without an object around them.</summary>
internal static class MeshConfigFile
{
    public static ImmutableArray<ObjectDocument> Read(string file)
    {
        var text = DocumentFiles.ReadText(file);
        var lines = text.Split('\n');
        if (lines.Any(l => l.StartsWith("kind:", StringComparison.Ordinal) || l.StartsWith("{", StringComparison.Ordinal))) return ObjectReader.Read(text, file);
        // Four lines around it, so that its own lines keep their numbers.
        string[] around = [$"apiVersion: {KindRegistry.MeshConfig.ApiVersion}", "kind: MeshConfig", "metadata: {name: default}", "spec:"];
        return ObjectReader.Read(string.Join('\n', around.Concat(lines.Select(l => "  " + l))), file, firstLine: 1 - around.Length);
    }
}
