using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Core.Resources;
using Mesh.Core.Validation;

namespace Mesh.Cluster.Api.Admission;

/// <summary>
/// Judges what a Kubernetes API server is about to store, by the code that judges <c>apply</c>. Pure.
/// </summary>
internal static class AdmissionJudge
{
    private const string ApiVersion = "admission.k8s.io/v1";
    private const string Kind = "AdmissionReview";

    /// <summary>The API server cuts longer ones, and all together at 4 KiB.</summary>
    private const int LongestWarning = 256;

    /// <summary>What the answer is to a review; false with the reason when it is none.</summary>
    public static bool TryJudge(JsonElement review, string trustDomain, [NotNullWhen(true)] out JsonObject? answer, [NotNullWhen(false)] out string? error)
    {
        (answer, error) = (null, null);
        if (Text(review, "apiVersion") != ApiVersion || Text(review, "kind") != Kind) error = $"the body must be an {Kind} of {ApiVersion}";
        else if (Member(review, "request") is not { ValueKind: JsonValueKind.Object } request) error = "request is missing";
        else if (Text(request, "uid") is not { Length: > 0 } uid) error = "request.uid is missing";
        else answer = Answer(uid, IsToBeJudged(request) ? Judge(request, trustDomain) : []);
        return answer is not null;
    }

    // Deletes and changes of status or scale say nothing of the spec; what is on its way out must get there.
    private static bool IsToBeJudged(JsonElement request) =>
        Text(request, "operation") is "CREATE" or "UPDATE" && Text(request, "subResource") is null or ""
        && Member(request, "object") is { ValueKind: JsonValueKind.Object } found && Text(Member(found, "metadata"), "deletionTimestamp") is null;

    private static IReadOnlyList<Diagnostic> Judge(JsonElement request, string trustDomain)
    {
        var text = WithName(Member(request, "object")!.Value).ToJsonString();
        var documents = DocumentJudge.Judge(ObjectReader.Read(text, "object", Text(request, "namespace") ?? "default"), trustDomain);
        var found = documents.SelectMany(d => d.Diagnostics).ToArray();
        // Labels, finalizers and owners of an object that was stored before anybody judged it may still change.
        return IsSpecUnchanged(request) ? [.. found.Select(d => d with { Severity = Severity.Warning })] : found;
    }

    // A name that is still to be made stands for itself with any ending.
    private static JsonObject WithName(JsonElement found)
    {
        var copy = JsonObject.Create(found)!;
        if (copy["metadata"] is not JsonObject metadata || metadata["generateName"] is not JsonValue prefix) return copy;
        metadata.Remove("generateName");
        if (metadata["name"] is null && prefix.TryGetValue(out string? start)) metadata["name"] = start + "x";
        return copy;
    }

    private static bool IsSpecUnchanged(JsonElement request) =>
        Member(request, "oldObject") is { ValueKind: JsonValueKind.Object } old && Member(old, "spec") is { } before
        && Member(Member(request, "object"), "spec") is { } after && JsonElement.DeepEquals(before, after);

    private static JsonObject Answer(string uid, IReadOnlyList<Diagnostic> found)
    {
        var errors = found.Where(d => d.Severity == Severity.Error).ToArray();
        var response = new JsonObject { ["uid"] = uid, ["allowed"] = errors.Length == 0 };
        if (errors.Length > 0)
            response["status"] = new JsonObject { ["code"] = 422, ["reason"] = "Invalid", ["message"] = string.Join("; ", errors.Select(Describe)) };
        if (found.Where(d => d.Severity == Severity.Warning).Select(d => (JsonNode)Shortened(Describe(d))).ToArray() is { Length: > 0 } warnings)
            response["warnings"] = new JsonArray(warnings);
        return new JsonObject { ["apiVersion"] = ApiVersion, ["kind"] = Kind, ["response"] = response };
    }

    // The API server itself says which object it is about.
    private static string Describe(Diagnostic diagnostic)
    {
        var text = new StringBuilder();
        if (diagnostic.Path.Length > 0) text.Append(diagnostic.Path).Append(": ");
        text.Append(diagnostic.Reason);
        if (diagnostic.Hint.Length > 0) text.Append(". ").Append(diagnostic.Hint.TrimEnd('.'));
        return text.ToString();
    }

    private static string Shortened(string text) => text.Length <= LongestWarning ? text : text[..(LongestWarning - 3)] + "...";

    private static JsonElement? Member(JsonElement? of, string name) =>
        of is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement? of, string name) => Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
