using Mesh.Core.Resources;
using Mesh.Core.Resources.Mesh;

namespace Mesh.Core.Validation;

/// <summary>
/// Judges documents that come together, at the API, at the webhook and offline: each as it was read, and refused besides when an earlier one
/// is of the same object.
/// </summary>
public static class DocumentJudge
{
    /// <param name="documents">What was read.</param>
    /// <param name="trustDomain">That of the mesh the objects are for; null: not known, as offline.</param>
    public static IEnumerable<ObjectDocument> Judge(IEnumerable<ObjectDocument> documents, string? trustDomain = null)
    {
        var first = new Dictionary<ObjectKey, ObjectDocument>();
        foreach (var document in documents)
        {
            if (trustDomain is not null && document.Object?.Spec is MeshConfig { TrustDomain.Length: > 0 } config && config.TrustDomain != trustDomain)
                yield return Refused(document, "spec.trustDomain", $"the mesh's trust domain is {trustDomain} and cannot change while the mesh lives", "Leave it out.");
            else if (document.Object is not { } found || first.TryAdd(found.Key, document)) yield return document;
            else yield return Repeated(document, first[found.Key]);
        }
    }

    private static ObjectDocument Repeated(ObjectDocument document, ObjectDocument other) =>
        Refused(document, "metadata.name", $"the same object is in {other.File}, document {other.Document}, too", "Keep one of the two.");

    private static ObjectDocument Refused(ObjectDocument document, string path, string reason, string hint) => document with
    {
        Object = null,
        Diagnostics = document.Diagnostics.Add(new(Severity.Error, document.File, document.Document, document.Line, document.Key, path, reason, hint)),
    };
}
