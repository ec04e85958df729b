using System.Collections.Immutable;
using Mesh.Core.Documents;
using Mesh.Core.Resources;

namespace Mesh.Core.Validation;

/// <summary>Collects what is wrong with one document. Not thread-safe; one per document.</summary>
internal sealed class DiagnosticSink(string file, int document, SourceNode root)
{
    /// <summary>A document that is nothing but errors says no more than this many.</summary>
    private const int Limit = 100;

    private readonly List<(Diagnostic Diagnostic, FieldPath Path)> found = [];

    /// <summary>The object, once its name is known; used for all diagnostics, also earlier ones.</summary>
    public ObjectKey? Key { get; set; }

    public bool HasErrors { get; private set; }

    public ImmutableArray<Diagnostic> ToImmutable() =>
        [.. found.Select(f => f.Diagnostic with { Key = Key }).OrderBy(d => d.Line)];

    public void Error(FieldPath path, string reason, string hint = "") => Add(Severity.Error, path, reason, hint);

    public void Warn(FieldPath path, string reason, string hint = "") => Add(Severity.Warning, path, reason, hint);

    /// <summary>An error, unless one was already found at, in or around that place: a value that could not be read is not also missing.</summary>
    public void ErrorUnlessKnown(FieldPath path, string reason, string hint = "")
    {
        if (!found.Exists(f => f.Diagnostic.Severity == Severity.Error && (f.Path.Contains(path) || path.Contains(f.Path))))
            Error(path, reason, hint);
    }

    private void Add(Severity severity, FieldPath path, string reason, string hint)
    {
        HasErrors |= severity == Severity.Error;
        if (found.Count < Limit)
            found.Add((new(severity, file, document, path.LineIn(root), Key, path.ToString(), reason, hint), path));
    }
}
