using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Mesh.Core.Documents;
using Mesh.Core.Validation;

namespace Mesh.Core.Resources;

/// <summary>
/// Reads objects: strictly what users write, tolerantly what the mesh itself stored. Stateless and thread-safe. Never used in the
/// sidecar, whose native build has no reflection.
/// </summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
public static class ObjectReader
{
    /// <summary>
    /// All documents of a YAML or JSON text, each judged on its own: the object, or why it is refused. Namespaced objects without a
    /// namespace get <paramref name="defaultNamespace"/>. The items of a <c>kind: List</c> count as documents.
    /// </summary>
    /// <param name="text">One or more documents, separated by <c>---</c>.</param>
    /// <param name="file">Named in diagnostics.</param>
    /// <param name="defaultNamespace">For documents that name none.</param>
    /// <param name="firstDocument">The number of the first document, when the text is a part of a file.</param>
    /// <param name="firstLine">The line of the file the text starts on.</param>
    public static ImmutableArray<ObjectDocument> Read(
        string text, string file, string defaultNamespace = "default", int firstDocument = 1, int firstLine = 1) =>
        new ObjectTextReader(file, defaultNamespace, firstDocument).Read(text, firstLine);

    /// <summary>As the other, of a file's bytes: a text that is not UTF-8 is refused instead of being read with other characters.</summary>
    public static ImmutableArray<ObjectDocument> Read(ReadOnlySpan<byte> utf8, string file, string defaultNamespace = "default")
    {
        try
        {
            return Read(SourceText.Decode(utf8), file, defaultNamespace);
        }
        catch (SourceException e)
        {
            return [ObjectTextReader.Refused(new("", 1), file, 1, e)];
        }
    }

    /// <summary>
    /// An object the mesh stored or sent as <see cref="ObjectWriter"/> writes it. Fields this version does not know are ignored, because
    /// a newer one may have written it; what it knows it must understand.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes are not an object this version can use.</exception>
    public static MeshObject FromStoredJson(ReadOnlySpan<byte> json) =>
        TryFromStoredJson(json, out var stored, out var reason) ? stored : throw new InvalidDataException(reason);

    /// <summary>As <see cref="FromStoredJson"/>; false with the reason instead of an exception.</summary>
    public static bool TryFromStoredJson(ReadOnlySpan<byte> json, [NotNullWhen(true)] out MeshObject? stored, [NotNullWhen(false)] out string? reason)
    {
        SourceNode root;
        try
        {
            root = JsonTree.Parse(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            (stored, reason) = (null, "not valid JSON: " + e.Message);
            return false;
        }

        var sink = new DiagnosticSink("stored", 1, root);
        stored = new DocumentReader(sink, tolerant: true).Read(root, "");
        reason = stored is null ? string.Join("; ", sink.ToImmutable()) : null;
        return stored is not null;
    }
}
