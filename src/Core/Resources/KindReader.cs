using Mesh.Core.Documents;
using Mesh.Core.Fields;
using Mesh.Core.Kinds;
using Mesh.Core.Validation;

namespace Mesh.Core.Resources;

/// <summary>Reads what a document is: apiVersion and kind.</summary>
internal sealed class KindReader(DiagnosticSink sink)
{
    /// <summary>Whether the document is of a kind that is none of the mesh's business; known once it was read.</summary>
    public bool IsForeign { get; private set; }

    /// <summary>The kind and the version written; null, with an error, when it is none the mesh knows.</summary>
    public (KindInfo Kind, string Version)? Read(SourceMapping document)
    {
        var apiVersion = ReadWord(document, "apiVersion");
        var name = ReadWord(document, "kind");
        if (apiVersion is null || name is null) return null;
        var slash = apiVersion.IndexOf('/');
        var (group, version) = slash < 0 ? ("", apiVersion) : (apiVersion[..slash], apiVersion[(slash + 1)..]);
        if (KindRegistry.Find(group.Length == 0 ? name : $"{name}.{group}") is not { } found)
        {
            IsForeign = ForeignKinds.Contains(group, name);
            ReportUnknown(group, name, apiVersion);
            return null;
        }

        IsForeign = found.Use == KindUse.Input;

        if (found.Versions.Contains(version)) return (found, version);
        var served = string.Join(", ", found.Versions.Select(found.ApiVersionOf));
        sink.Error(FieldPath.Root.Field("apiVersion"), $"{found.Kind} has no version {version}", $"Use {served}.");
        return null;
    }

    private void ReportUnknown(string group, string name, string apiVersion)
    {
        var path = FieldPath.Root.Field("kind");
        if (UnsupportedKinds.Find(group, name) is { } unsupported)
        {
            sink.Error(path, unsupported.Reason, unsupported.Hint);
            return;
        }

        var sameName = KindRegistry.All.FirstOrDefault(k => k.Kind == name);
        var nearest = sameName ?? KindRegistry.All.FirstOrDefault(k => k.Kind == FieldNames.Nearest(name, KindRegistry.All.Select(a => a.Kind)));
        sink.Error(path, $"unknown kind {name} in {apiVersion}", nearest is null ? "" : $"Did you mean {nearest.Kind} of {nearest.ApiVersion}?");
    }

    private string? ReadWord(SourceMapping document, string field)
    {
        var path = FieldPath.Root.Field(field);
        switch (document.Find(field)?.Value)
        {
            case null or SourceScalar { Type: ScalarType.Null } or SourceScalar { Type: ScalarType.String, Text: "" }:
                sink.Error(path, "required");
                return null;
            case SourceScalar { Type: ScalarType.String } word:
                return word.Text;
            case var other:
                sink.Error(path, $"must be a string, is {other.Described}");
                return null;
        }
    }
}
