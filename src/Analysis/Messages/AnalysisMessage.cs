using System.Globalization;
using Mesh.Core.Resources;

namespace Mesh.Analysis.Messages;

/// <summary>Something found about one object, or about one document that is no object.</summary>
/// <param name="Type">What kind of finding.</param>
/// <param name="Object">Null when a document has no kind and name.</param>
/// <param name="Path">The field, <c>spec.http[0].route[1].destination.host</c>; empty for the object as a whole.</param>
/// <param name="Text">What exactly is wrong, a sentence.</param>
/// <param name="File">Where the object was read; empty when it came from the running mesh.</param>
/// <param name="Line">The field's line in the file; 0 without a file.</param>
public sealed record AnalysisMessage(MessageType Type, ObjectKey? Object, string Path, string Text, string File, int Line)
{
    /// <summary><c>Kind namespace/name</c>, or the file when there is no object.</summary>
    public string Origin => Object is not { } key ? File : key.Namespace.Length == 0 ? $"{key.ShortKind} {key.Name}" : $"{key.ShortKind} {key.Namespace}/{key.Name}";

    /// <summary><c>file:line</c>; empty for objects of the running mesh.</summary>
    public string Reference => File.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}");

    /// <summary>One line, as Istio prints it: <c>Error [IST0101] (VirtualService default/reviews reviews.yaml:12) field: text</c>.</summary>
    public override string ToString()
    {
        var origin = Reference.Length == 0 || Object is null ? Reference.Length > 0 ? Reference : Origin : $"{Origin} {Reference}";
        return $"{Type.Level} [{Type.Code}] ({origin}) {(Path.Length > 0 ? Path + ": " : "")}{Text}";
    }
}
