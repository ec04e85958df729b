using System.Text;
using Mesh.Core.Resources;

namespace Mesh.Core.Validation;

/// <summary>How bad it is.</summary>
public enum Severity
{
    /// <summary>The object is accepted.</summary>
    Warning,

    /// <summary>The object is refused.</summary>
    Error,
}

/// <summary>One thing that is wrong with a document, and where.</summary>
/// <param name="Severity">Whether the document is refused for it.</param>
/// <param name="File">Where the document comes from, as the caller named it.</param>
/// <param name="Document">Its number in the file, from 1; documents without content do not count.</param>
/// <param name="Line">The line in the file, from 1.</param>
/// <param name="Key">The object, when its kind and name could be read.</param>
/// <param name="Path">The field, <c>spec.http[2].route[0].weight</c>; empty for the document as a whole.</param>
/// <param name="Reason">What is wrong, a clause without a full stop.</param>
/// <param name="Hint">What to do; empty when the reason says it all.</param>
public sealed record Diagnostic(
    Severity Severity, string File, int Document, int Line, ObjectKey? Key, string Path, string Reason, string Hint = "")
{
    /// <summary>In the line, from 1; 0 when not known.</summary>
    public int Column { get; init; }

    /// <summary>Whether it is an error only because the mesh does not act on what the document asks for, which is right in itself.</summary>
    public bool IsRefusal { get; init; }

    /// <summary><c>file:document  kind namespace/name  field.path: reason. hint</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(File).Append(':').Append(Document).Append("  ");
        if (Key is { } key)
        {
            text.Append(key.ShortKind).Append(' ');
            if (key.Namespace.Length > 0) text.Append(key.Namespace).Append('/');
            text.Append(key.Name).Append("  ");
        }

        if (Path.Length > 0) text.Append(Path).Append(": ");
        text.Append(Reason).Append('.');
        if (Hint.Length > 0) text.Append(' ').Append(Hint).Append(Hint[^1] is '.' or '?' ? "" : ".");
        return text.ToString();
    }
}
