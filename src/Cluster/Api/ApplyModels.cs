using System.Text.Json.Serialization;

namespace Mesh.Cluster.Api;

/// <summary>Body of <c>POST /mesh/v1/apply</c>.</summary>
internal sealed record ApplyRequest
{
    public bool DryRun { get; init; }

    /// <summary>For namespaced objects that name none.</summary>
    public string Namespace { get; init; } = "default";

    public IReadOnlyList<ApplyDocument> Documents { get; init; } = [];

    /// <summary>The first member that is null; JSON can say it, the types cannot. Null when there is none.</summary>
    public string? FindNull()
    {
        if (Namespace is null) return "namespace";
        if (Documents is null) return "documents";
        for (var i = 0; i < Documents.Count; i++)
            if (Documents[i] is not { } document) return $"documents[{i}]";
            else if (document.File is null) return $"documents[{i}].file";
            else if (document.Yaml is null) return $"documents[{i}].yaml";
        return null;
    }
}

internal sealed record ApplyDocument
{
    public string File { get; init; } = "";
    public int Document { get; init; } = 1;
    public int Line { get; init; } = 1;
    public string Yaml { get; init; } = "";
}

/// <summary>Body of <c>POST /mesh/v1/delete</c>.</summary>
internal sealed record DeleteRequest
{
    public bool DryRun { get; init; }
    public IReadOnlyList<string> Objects { get; init; } = [];

    /// <summary>As <see cref="ApplyRequest.FindNull"/>.</summary>
    public string? FindNull()
    {
        if (Objects is null) return "objects";
        for (var i = 0; i < Objects.Count; i++)
            if (Objects[i] is null) return $"objects[{i}]";
        return null;
    }
}

internal sealed record ApplyResponse(ulong Revision, IReadOnlyList<ApplyResult> Results);

internal sealed record ApplyResult
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? File { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Document { get; init; }

    public string? Key { get; init; }
    public required string Action { get; init; }
    public ulong Revision { get; init; }
    public IReadOnlyList<ApplyProblem> Errors { get; init; } = [];
    public IReadOnlyList<ApplyProblem> Warnings { get; init; } = [];
}

internal sealed record ApplyProblem(string Path, int Line, string Reason, string Hint);
