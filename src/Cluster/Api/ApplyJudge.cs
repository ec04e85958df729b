using Google.Protobuf;
using Mesh.Cluster.Config;
using Mesh.Cluster.Wire;
using Mesh.Core.Kinds;
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
            Action = Document.IsForeign ? ApplyJudge.Skipped : outcome is null ? ApplyJudge.Refused : ConfigEdge.NameOf(outcome.Action),
            Revision = outcome?.Revision ?? 0,
            Errors = Errors,
            Warnings = ApplyJudge.ProblemsOf(Document, Document.IsForeign ? Severity.Error : Severity.Warning),
        };
    }
}

/// <summary>Decides about documents. Pure.</summary>
internal static class ApplyJudge
{
    public const string Refused = "refused";

    /// <summary>Of a kind that is not the mesh's, whose file may hold objects that are: nothing is done with it, and nothing is wrong with it.</summary>
    public const string Skipped = "skipped";

    public static IReadOnlyList<JudgedDocument> Judge(ApplyRequest request, string? trustDomain = null) =>
    [
        .. DocumentJudge.Judge(request.Documents.SelectMany(part => ObjectReader.Read(part.Yaml, part.File, request.Namespace, part.Document, part.Line)), trustDomain)
            .Select(Judge),
    ];

    /// <summary>Why objects of a kind that <c>meshctl up</c> reads are not stored here: accepted and without effect would be a lie.</summary>
    public static string LocalOnly(KindInfo kind) => $"{kind.Kind} is the input of `meshctl up` and nothing that a running mesh acts on";

    public static IReadOnlyList<ApplyProblem> ProblemsOf(ObjectDocument document, Severity severity) =>
        [.. document.Diagnostics.Where(d => d.Severity == severity).Select(d => new ApplyProblem(d.Path, d.Line, d.Reason, d.Hint))];

    public static ConfigChange ToChange(MeshObject accepted) => new()
    {
        Key = accepted.Key.ToString(),
        ApiVersion = accepted.ApiVersion,
        Json = UnsafeByteOperations.UnsafeWrap(ConfigDocument.WithoutServerFields(ObjectWriter.ToJson(accepted))),
    };

    private static JudgedDocument Judge(ObjectDocument document)
    {
        if (document.IsForeign) return new JudgedDocument(document, null, []);
        if (document.Object is not { } judged) return new JudgedDocument(document, null, ProblemsOf(document, Severity.Error));
        return KindRegistry.Find(judged.Key) is { Use: KindUse.Local } local
            ? new JudgedDocument(document, null, [new ApplyProblem("kind", document.Line, LocalOnly(local), "Change the file and start the mesh again.")])
            : new JudgedDocument(document, ToChange(judged), ProblemsOf(document, Severity.Error));
    }
}
