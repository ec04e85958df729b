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

    /// <summary>Whether nothing more is kept.</summary>
    public bool IsFull => found.Count >= Limit;

    public ImmutableArray<Diagnostic> ToImmutable() =>
        [.. found.Select(f => f.Diagnostic with { Key = Key }).OrderBy(d => d.Line)];

    /// <summary>Whether the document has a value there, an empty one included.</summary>
    public bool IsWritten(FieldPath path) => path.ExistsIn(root);

    public void Error(FieldPath path, string reason, string hint = "") => Add(Severity.Error, path, reason, hint, isWrong: true);

    /// <summary>Refuses what is right in itself and not supported; what lies inside is judged all the same.</summary>
    public void Refuse(FieldPath path, string reason, string hint) => Add(Severity.Error, path, reason, hint, isWrong: false);

    /// <summary>Says that parts of what is there do not go together; each part is judged all the same.</summary>
    public void Conflict(FieldPath path, string reason, string hint = "") => Add(Severity.Error, path, reason, hint, isWrong: false);

    public void Warn(FieldPath path, string reason, string hint = "") => Add(Severity.Warning, path, reason, hint, isWrong: false);

    /// <summary>What YAML read otherwise than it looks, outside any field.</summary>
    public void Warn(SourceSurprise surprise)
    {
        if (!IsFull) found.Add(new(new(Severity.Warning, file, document, surprise.Line, Key, "", surprise.Reason, surprise.Hint) { Column = surprise.Column }, FieldPath.Root, false));
    }

    /// <summary>Whether that place, or one around it, is already known to be wrong; then what is said of its value may be beside the point.</summary>
    public bool IsKnownWrong(FieldPath path) => found.Exists(f => f.IsWrong && f.Path.Contains(path));

    /// <summary>Whether something inside that place is known to be wrong, so that the value read is not all that was meant.</summary>
    public bool HasWrongContent(FieldPath path) => found.Exists(f => f.IsWrong && path.Contains(f.Path));

    private void Add(Severity severity, FieldPath path, string reason, string hint, bool isWrong)
    {
        HasErrors |= severity == Severity.Error;
        if (IsFull) return;
        var (line, column) = path.PositionIn(root);
        found.Add(new(new(severity, file, document, line, Key, path.ToString(), reason, hint) { Column = column, IsRefusal = severity == Severity.Error && !isWrong }, path, isWrong));
    }

    private readonly record struct Found(Diagnostic Diagnostic, FieldPath Path, bool IsWrong);
}
