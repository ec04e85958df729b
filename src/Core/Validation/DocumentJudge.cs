using Mesh.Core.Resources;

namespace Mesh.Core.Validation;

/// <summary>
/// Judges documents that come together, at the API, at the webhook and offline: each as it was read, and refused besides when an earlier one
/// is of the same object.
/// </summary>
public static class DocumentJudge
{
    public static IEnumerable<ObjectDocument> Judge(IEnumerable<ObjectDocument> documents)
    {
        var first = new Dictionary<ObjectKey, ObjectDocument>();
        foreach (var document in documents)
        {
            if (document.Object is not { } found || first.TryAdd(found.Key, document)) yield return document;
            else yield return Repeated(document, first[found.Key]);
        }
    }

    private static ObjectDocument Repeated(ObjectDocument document, ObjectDocument other)
    {
        var reason = $"the same object is in {other.File}, document {other.Document}, too";
        var error = new Diagnostic(Severity.Error, document.File, document.Document, document.Line, document.Key, "metadata.name", reason, "Keep one of the two.");
        return document with { Object = null, Diagnostics = document.Diagnostics.Add(error) };
    }
}
