using System.Diagnostics.CodeAnalysis;
using Mesh.Core.Documents;
using Mesh.Core.Fields;
using Mesh.Core.Kinds;
using Mesh.Core.Validation;

namespace Mesh.Core.Resources;

/// <summary>
/// Makes an object of one document's tree: 1. kind, 2. metadata, 3. spec, field by field, 4. the kind's rules. All errors are collected.
/// </summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
internal sealed class DocumentReader(DiagnosticSink sink, bool tolerant)
{
    private static readonly string[] TopLevel = ["apiVersion", "kind", "metadata", "spec"];

    /// <summary>What was read, whether there were errors or not; null when there is not even a kind, a name and a map of fields.</summary>
    public MeshObject? Draft { get; private set; }

    /// <summary>The object; null when there was any error, which is then in the sink.</summary>
    public MeshObject? Read(SourceNode root, string defaultNamespace)
    {
        if (root is not SourceMapping document)
        {
            sink.Error(FieldPath.Root, $"an object must be a map with apiVersion, kind, metadata and spec; this is {root.Described}");
            return null;
        }

        if (ReadKind(document) is not { } kind)
        {
            sink.Key = GuessKey(document, defaultNamespace);
            return null;
        }

        var metadata = new MetadataReader(sink, tolerant).Read(document, kind, defaultNamespace);
        var path = FieldPath.Root.Field("spec");
        var node = document.Find("spec")?.Value is { } given and not SourceScalar { Type: ScalarType.Null } ? given : new SourceMapping(document.Line, []);
        var spec = new FieldReader(sink, tolerant).ReadRecord(node, RecordShape.Of(kind.SpecType), path);
        if (!tolerant)
        {
            CheckTopLevel(document);
            CheckEnforced(kind);
            if (spec is not null && metadata is not null) kind.Check(spec, new RuleContext(sink, metadata, path));
        }

        if (metadata is null || spec is null) return null;
        Draft = new MeshObject(new ObjectKey(kind.QualifiedKind, metadata.Namespace, metadata.Name), kind.ApiVersion, metadata, spec);
        return sink.HasErrors ? null : Draft;
    }

    // So that an object of a kind that is not known is still named in what is said about it.
    private static ObjectKey? GuessKey(SourceMapping document, string defaultNamespace)
    {
        if (document.FindText("kind") is not { Length: > 0 } kind || document.Find("metadata")?.Value is not SourceMapping metadata) return null;
        if (metadata.FindText("name") is not { Length: > 0 } name) return null;
        var group = document.FindText("apiVersion")?.Split('/') is [var first, _] ? "." + first : "";
        return new ObjectKey(kind + group, metadata.FindText("namespace") ?? defaultNamespace, name);
    }

    private KindInfo? ReadKind(SourceMapping document)
    {
        var apiVersion = ReadWord(document, "apiVersion");
        var name = ReadWord(document, "kind");
        if (apiVersion is null || name is null) return null;
        var slash = apiVersion.IndexOf('/');
        var (group, version) = slash < 0 ? ("", apiVersion) : (apiVersion[..slash], apiVersion[(slash + 1)..]);
        var found = KindRegistry.All.FirstOrDefault(k => k.Kind == name && k.Group == group);
        if (found is null)
        {
            ReportUnknown(group, name, apiVersion);
        }
        else if (!found.Versions.Contains(version))
        {
            var served = string.Join(", ", found.Versions.Select(found.ApiVersionOf));
            sink.Error(FieldPath.Root.Field("apiVersion"), $"{found.Kind} has no version {version}", $"Use {served}.");
        }
        else
        {
            return found;
        }

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

    private void CheckEnforced(KindInfo kind)
    {
        if (kind.NotEnforced is not { } rule) return;
        var path = FieldPath.Root.Field("kind");
        if (rule.Stance == Stance.Refuse) sink.Refuse(path, $"{kind.Kind} is not enforced yet", rule.Reason);
        else sink.Warn(path, $"{kind.Kind} is not enforced yet", rule.Reason);
    }

    // status belongs to the server and comes along when the output of "get" is applied again.
    private void CheckTopLevel(SourceMapping document)
    {
        foreach (var entry in document.Entries)
        {
            if (entry.Key == "status" || TopLevel.Contains(entry.Key)) continue;
            var nearest = FieldNames.Nearest(entry.Key, TopLevel);
            sink.Error(FieldPath.Root.Field(entry.Key), "unknown field", nearest is null ? "The object's own fields go under spec." : $"Did you mean \"{nearest}\"?");
        }
    }
}
