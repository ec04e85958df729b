using System.Collections.Immutable;
using Mesh.Core.Documents;
using Mesh.Core.Validation;

namespace Mesh.Core.Resources;

/// <summary>One document of a file as the reader understood it.</summary>
/// <param name="File">As the caller named it.</param>
/// <param name="Document">Its number in the file, from 1.</param>
/// <param name="Line">Where it starts in the file, from 1.</param>
/// <param name="Text">As written.</param>
/// <param name="Key">What it is; null when kind or name could not be read.</param>
/// <param name="Object">Null when it is refused.</param>
/// <param name="Diagnostics">Errors and warnings, by line.</param>
public sealed record ObjectDocument(
    string File, int Document, int Line, string Text, ObjectKey? Key, MeshObject? Object, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>
    /// The object as far as it could be read, also when it is refused: for saying more about it, never for use. Fields that could not be
    /// read are missing, required ones too.
    /// </summary>
    public MeshObject? Draft { get; init; } = Object;

    /// <summary>
    /// Whether it is of a kind that is neither the mesh's nor Istio's, a Deployment say: refused, because the mesh does not keep it, and not wrong. Whoever reads
    /// files that are not for the mesh alone skips it by name.
    /// </summary>
    public bool IsForeign { get; init; }

    /// <summary>The kind as written; null when there is none.</summary>
    public string? KindText => (Source as SourceMapping)?.FindText("kind");

    /// <summary>The tree the object was read from.</summary>
    internal SourceNode? Source { get; init; }

    /// <summary>
    /// Where a field stands in the file, by a path as diagnostics have it (<c>spec.http[0].route[1].weight</c>); where it is not written,
    /// the nearest thing around it that is. Null when the document could not be parsed or the path is not one.
    /// </summary>
    public SourcePosition? Locate(string path) => Source is null ? null : FieldPath.Parse(path)?.PositionIn(Source);
}
