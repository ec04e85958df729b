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

    /// <summary>As <see cref="ObjectDocument.IsForeign"/>.</summary>
    public bool IsForeign { get; private set; }

    /// <summary>The object; null when there was any error, which is then in the sink.</summary>
    public MeshObject? Read(SourceNode root, string defaultNamespace)
    {
        if (root is not SourceMapping document)
        {
            sink.Error(FieldPath.Root, $"an object must be a map with apiVersion, kind, metadata and spec; this is {root.Described}");
            return null;
        }

        var kinds = new KindReader(sink);
        var known = kinds.Read(document);
        IsForeign = kinds.IsForeign;
        if (known is not (var kind, var version))
        {
            sink.Key = GuessKey(document, defaultNamespace);
            return null;
        }

        var metadata = new MetadataReader(sink, tolerant).Read(document, kind, defaultNamespace);
        var path = kind.BodyAtRoot ? FieldPath.Root : FieldPath.Root.Field("spec");
        var spec = new FieldReader(sink, kind, tolerant).ReadRecord(Body(document, kind), RecordShape.Of(kind.SpecType), path);
        if (!tolerant)
        {
            if (!kind.BodyAtRoot) CheckTopLevel(document, kind);
            CheckEnforced(kind);
            if (spec is not null && metadata is not null) kind.Check(spec, new RuleContext(sink, metadata, path, version));
        }

        if (metadata is null || spec is null) return null;
        Draft = new MeshObject(new ObjectKey(kind.QualifiedKind, metadata.Namespace, metadata.Name), kind.ApiVersion, metadata, spec);
        return sink.HasErrors ? null : Draft;
    }

    private static SourceNode Body(SourceMapping document, KindInfo kind)
    {
        if (kind.BodyAtRoot) return document with { Entries = [.. document.Entries.Where(e => e.Key is not ("apiVersion" or "kind" or "metadata"))] };
        return document.Find("spec")?.Value is { } given and not SourceScalar { Type: ScalarType.Null } ? given : new SourceMapping(document.Line, []) { Column = document.Column };
    }

    // So that an object of a kind that is not known is still named in what is said about it.
    private static ObjectKey? GuessKey(SourceMapping document, string defaultNamespace)
    {
        if (document.FindText("kind") is not { Length: > 0 } kind || document.Find("metadata")?.Value is not SourceMapping metadata) return null;
        if (metadata.FindText("name") is not { Length: > 0 } name) return null;
        var group = document.FindText("apiVersion")?.Split('/') is [var first, _] ? "." + first : "";
        return new ObjectKey(kind + group, metadata.FindText("namespace") ?? defaultNamespace, name);
    }

    private void CheckEnforced(KindInfo kind)
    {
        var path = FieldPath.Root.Field("kind");
        if (kind.Use == KindUse.Input)
            sink.Refuse(path, $"{kind.Kind} is not an object of the mesh", "Apply it with kubectl; the mesh reads it from Kubernetes, and analyze and convert read it from files.");
        else if (kind.NotEnforced is { } rule) FieldChecks.Report(sink, rule, path, $"{kind.Kind} is not enforced yet");
    }

    // status belongs to the server and comes along when the output of "get" is applied again.
    private void CheckTopLevel(SourceMapping document, KindInfo kind)
    {
        foreach (var entry in document.Entries)
        {
            if (entry.Key == "status" || TopLevel.Contains(entry.Key)) continue;
            var nearest = FieldNames.Nearest(entry.Key, TopLevel);
            var hint = RecordShape.Of(kind.SpecType).Find(entry.Key) is not null ? $"It belongs in spec.{entry.Key}."
                : nearest is null ? "The object's own fields go under spec." : $"Did you mean \"{nearest}\"?";
            sink.Error(FieldPath.Root.Field(entry.Key), "unknown field", hint);
        }
    }
}
