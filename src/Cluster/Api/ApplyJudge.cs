using Google.Protobuf;
using Mesh.Cluster.Config;
using Mesh.Cluster.Wire;
using Mesh.Core.Resources;
using Mesh.Core.Validation;

namespace Mesh.Cluster.Api;

/// <summary>One document, the change it asks for when it is accepted, and what is to be said about it.</summary>
internal sealed record JudgedDocument(ObjectDocument Document, ConfigChange? Change, IReadOnlyList<ApplyProblem> Errors)
{
    public ApplyResult ToResult(IReadOnlyDictionary<string, ConfigOutcome> outcomes)
    {
        var outcome = Change is null ? null : outcomes.GetValueOrDefault(Change.Key);
        return new ApplyResult
        {
            File = Document.File,
            Document = Document.Document,
            Key = Document.Key?.ToString(),
            Action = outcome is null ? ApplyJudge.Refused : ConfigEdge.NameOf(outcome.Action),
            Revision = outcome?.Revision ?? 0,
            Errors = Errors,
            Warnings = ApplyJudge.ProblemsOf(Document, Severity.Warning),
        };
    }
}

/// <summary>Decides about documents. Pure.</summary>
internal static class ApplyJudge
{
    public const string Refused = "refused";

    public static IReadOnlyList<JudgedDocument> Judge(ApplyRequest request)
    {
        var first = new Dictionary<ObjectKey, ObjectDocument>();
        var judged = new List<JudgedDocument>();
        foreach (var part in request.Documents)
            foreach (var document in ObjectReader.Read(part.Yaml, part.File, request.Namespace, part.Document, part.Line))
                judged.Add(Judge(document, first));
        return judged;
    }

    public static IReadOnlyList<ApplyProblem> ProblemsOf(ObjectDocument document, Severity severity) =>
        [.. document.Diagnostics.Where(d => d.Severity == severity).Select(d => new ApplyProblem(d.Path, d.Line, d.Reason, d.Hint))];

    public static ConfigChange ToChange(MeshObject accepted) => new()
    {
        Key = accepted.Key.ToString(),
        ApiVersion = accepted.ApiVersion,
        Json = UnsafeByteOperations.UnsafeWrap(ConfigDocument.WithoutServerFields(ObjectWriter.ToJson(accepted))),
    };

    private static JudgedDocument Judge(ObjectDocument document, Dictionary<ObjectKey, ObjectDocument> first)
    {
        if (document.Object is null) return new JudgedDocument(document, null, ProblemsOf(document, Severity.Error));
        if (first.TryAdd(document.Object.Key, document)) return new JudgedDocument(document, ToChange(document.Object), []);
        var other = first[document.Object.Key];
        var reason = $"the same object is in {other.File}, document {other.Document}, of this call";
        return new JudgedDocument(document, null, [new ApplyProblem("metadata.name", document.Line, reason, "Keep one of the two.")]);
    }
}
