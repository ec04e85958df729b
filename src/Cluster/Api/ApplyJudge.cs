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

    public static IReadOnlyList<JudgedDocument> Judge(ApplyRequest request, string? trustDomain = null) =>
    [
        .. DocumentJudge.Judge(request.Documents.SelectMany(part => ObjectReader.Read(part.Yaml, part.File, request.Namespace, part.Document, part.Line)), trustDomain)
            .Select(document => new JudgedDocument(document, document.Object is { } accepted ? ToChange(accepted) : null, ProblemsOf(document, Severity.Error))),
    ];

    public static IReadOnlyList<ApplyProblem> ProblemsOf(ObjectDocument document, Severity severity) =>
        [.. document.Diagnostics.Where(d => d.Severity == severity).Select(d => new ApplyProblem(d.Path, d.Line, d.Reason, d.Hint))];

    public static ConfigChange ToChange(MeshObject accepted) => new()
    {
        Key = accepted.Key.ToString(),
        ApiVersion = accepted.ApiVersion,
        Json = UnsafeByteOperations.UnsafeWrap(ConfigDocument.WithoutServerFields(ObjectWriter.ToJson(accepted))),
    };
}
