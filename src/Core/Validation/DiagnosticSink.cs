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

    /// <summary>A value that cannot be read, or not be meant; nothing more is said of what lies inside.</summary>
    public void Error(FieldPath path, string reason, string hint = "") => Add(Fault.Unreadable, path, reason, hint);

    /// <summary>A value that breaks a rule; what lies inside is judged all the same.</summary>
    public void ErrorOfRule(FieldPath path, string reason, string hint = "") => Add(Fault.Wrong, path, reason, hint);

    /// <summary>Refuses what is right in itself and not supported; what lies inside is judged all the same.</summary>
    public void Refuse(FieldPath path, string reason, string hint) => Add(Fault.Refused, path, reason, hint);

    /// <summary>Takes back that the value there is not supported: it is nothing that could be.</summary>
    public void TakeBackRefusal(FieldPath path) => found.RemoveAll(f => f.Fault == Fault.Refused && f.Path.Contains(path) && path.Contains(f.Path));

    /// <summary>Says that parts of what is there do not go together; each part is judged all the same.</summary>
    public void Conflict(FieldPath path, string reason, string hint = "") => Add(Fault.Conflict, path, reason, hint);

    public void Warn(FieldPath path, string reason, string hint = "") => Add(Fault.None, path, reason, hint);

    /// <summary>What YAML read otherwise than it looks, outside any field.</summary>
    public void Warn(SourceSurprise surprise)
    {
        if (!IsFull) found.Add(new(new(Severity.Warning, file, document, surprise.Line, Key, "", surprise.Reason, surprise.Hint) { Column = surprise.Column }, FieldPath.Root, Fault.None));
    }

    /// <summary>Whether that place is known to be wrong, or one around it could not be read; then what is said of its value may be beside the point.</summary>
    public bool IsKnownWrong(FieldPath path) => found.Exists(f => f.IsWrong && f.Path.Contains(path) && (f.Fault == Fault.Unreadable || path.Contains(f.Path)));

    /// <summary>Whether something inside that place is known to be wrong, so that the value read is not all that was meant.</summary>
    public bool HasWrongContent(FieldPath path) => found.Exists(f => f.IsWrong && path.Contains(f.Path));

    private void Add(Fault fault, FieldPath path, string reason, string hint)
    {
        var severity = fault == Fault.None ? Severity.Warning : Severity.Error;
        HasErrors |= severity == Severity.Error;
        if (IsFull) return;
        var (line, column) = path.PositionIn(root);
        found.Add(new(new(severity, file, document, line, Key, path.ToString(), reason, hint) { Column = column, IsRefusal = fault == Fault.Refused }, path, fault));
    }

    private enum Fault
    {
        None,
        Unreadable,
        Wrong,
        Conflict,
        Refused,
    }

    private readonly record struct Found(Diagnostic Diagnostic, FieldPath Path, Fault Fault)
    {
        public bool IsWrong => Fault is Fault.Unreadable or Fault.Wrong;
    }
}
