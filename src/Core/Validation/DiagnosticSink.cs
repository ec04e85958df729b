using System.Collections.Immutable;
using Mesh.Core.Documents;
using Mesh.Core.Resources;

namespace Mesh.Core.Validation;

/// <summary>Collects what is wrong with one document. Not thread-safe; one per document.</summary>
internal sealed class DiagnosticSink(string file, int document, SourceNode root)
{
    /// <summary>A document that is nothing but errors says no more than this many.</summary>
    private const int Limit = 100;

    private readonly List<Found> found = [];

    /// <summary>The object, once its name is known; used for all diagnostics, also earlier ones.</summary>
    public ObjectKey? Key { get; set; }

    public bool HasErrors { get; private set; }

    public ImmutableArray<Diagnostic> ToImmutable() =>
        [.. found.Select(f => f.Diagnostic with { Key = Key }).OrderBy(d => d.Line)];

    /// <summary>Whether the document has a value there, an empty one included.</summary>
    public bool IsWritten(FieldPath path) => path.ExistsIn(root);

    public void Error(FieldPath path, string reason, string hint = "") => Add(Severity.Error, path, reason, hint, isWrong: true);

    /// <summary>Refuses what is right in itself and not supported; what lies inside is judged all the same.</summary>
    public void Refuse(FieldPath path, string reason, string hint) => Add(Severity.Error, path, reason, hint, isWrong: false);

    public void Warn(FieldPath path, string reason, string hint = "") => Add(Severity.Warning, path, reason, hint, isWrong: false);

    /// <summary>Whether that place, or one around it, is already known to be wrong; then what is said of its value may be beside the point.</summary>
    public bool IsKnownWrong(FieldPath path) => found.Exists(f => f.IsWrong && f.Path.Contains(path));

    /// <summary>Whether something inside that place is known to be wrong, so that the value read is not all that was meant.</summary>
    public bool HasWrongContent(FieldPath path) => found.Exists(f => f.IsWrong && path.Contains(f.Path));

    private void Add(Severity severity, FieldPath path, string reason, string hint, bool isWrong)
    {
        HasErrors |= severity == Severity.Error;
        if (found.Count < Limit)
            found.Add(new(new(severity, file, document, path.LineIn(root), Key, path.ToString(), reason, hint), path, isWrong));
    }

    private readonly record struct Found(Diagnostic Diagnostic, FieldPath Path, bool IsWrong);
}
