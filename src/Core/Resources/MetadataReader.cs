using System.Collections.Immutable;
using System.Globalization;
using Mesh.Core.Documents;
using Mesh.Core.Fields;
using Mesh.Core.Kinds;
using Mesh.Core.Snapshots;
using Mesh.Core.Validation;

namespace Mesh.Core.Resources;

/// <summary>
/// Reads an object's metadata. What the server sets (uid, generation, creationTimestamp) is taken from stored objects only; from users it
/// is ignored, except resourceVersion, by which a writer says what it changes.
/// </summary>
internal sealed class MetadataReader(DiagnosticSink sink, bool tolerant)
{
    private static readonly string[] Known = ["name", "namespace", "labels", "annotations"];

    private static readonly string[] FromServer =
    [
        "uid", "generation", "creationTimestamp", "resourceVersion", "managedFields", "ownerReferences", "finalizers", "selfLink",
        "deletionTimestamp", "deletionGracePeriodSeconds", "generateName",
    ];

    /// <summary>kubectl's own copy of what was applied, which only kubectl reads.</summary>
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    private static readonly FieldPath Path = FieldPath.Root.Field("metadata");

    public ObjectMeta? Read(SourceMapping document, KindInfo kind, string defaultNamespace)
    {
        if (document.Find("metadata")?.Value is not SourceMapping map)
        {
            sink.Error(Path.Field("name"), "required");
            return null;
        }

        if (!tolerant) CheckFields(map);
        var name = ReadText(map, "name");
        var scope = ReadText(map, "namespace");
        if (name.Length == 0)
        {
            if (map.Find("generateName") is not null) sink.Error(Path.Field("generateName"), "generated names are not supported", "Give the object a name.");
            else if (!sink.IsKnownWrong(Path.Field("name"))) sink.Error(Path.Field("name"), "required");
            return null;
        }

        var metadata = new ObjectMeta
        {
            Name = name,
            Namespace = !kind.Namespaced ? "" : scope.Length > 0 ? scope : defaultNamespace,
            Labels = ReadMap(map, "labels"),
            Annotations = ReadMap(map, "annotations").Remove(LastApplied),
            ResourceVersion = new Revision(ReadNumber(map, "resourceVersion")),
        };
        sink.Key = new ObjectKey(kind.QualifiedKind, metadata.Namespace, metadata.Name);
        if (tolerant) return WithServerFields(metadata, map);
        MetadataRules.Check(metadata, scope, kind, sink, Path);
        return metadata;
    }

    private ObjectMeta WithServerFields(ObjectMeta metadata, SourceMapping map) => metadata with
    {
        Uid = ReadText(map, "uid"),
        Generation = ReadNumber(map, "generation"),
        CreationTimestamp = DateTimeOffset.TryParse(
            map.FindText("creationTimestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created) ? created : null,
    };

    private void CheckFields(SourceMapping map)
    {
        foreach (var entry in map.Entries)
        {
            if (Known.Contains(entry.Key) || FromServer.Contains(entry.Key)) continue;
            var nearest = FieldNames.Nearest(entry.Key, Known);
            sink.Error(Path.Field(entry.Key), "unknown field", nearest is null ? "" : $"Did you mean \"{nearest}\"?");
        }
    }

    private string ReadText(SourceMapping map, string field)
    {
        switch (map.Find(field)?.Value)
        {
            case null or SourceScalar { Type: ScalarType.Null }:
                return "";
            case SourceScalar { Type: ScalarType.String } text:
                return text.Text;
            case var other:
                NotText(Path.Field(field), other);
                return "";
        }
    }

    private ulong ReadNumber(SourceMapping map, string field) => map.Find(field)?.Value is SourceScalar scalar
        && ulong.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private ImmutableSortedDictionary<string, string> ReadMap(SourceMapping map, string field)
    {
        var result = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        switch (map.Find(field)?.Value)
        {
            case null or SourceScalar { Type: ScalarType.Null }:
                break;
            case SourceMapping values:
                foreach (var entry in values.Entries)
                {
                    if (entry.Value is SourceScalar { Type: ScalarType.String } text) result[entry.Key] = text.Text;
                    else NotText(Path.Field(field).Field(entry.Key), entry.Value);
                }

                break;
            case var other:
                sink.Error(Path.Field(field), $"must be a map, is {other.Described}");
                break;
        }

        return result.ToImmutable();
    }

    private void NotText(FieldPath path, SourceNode value) =>
        sink.Error(path, $"must be a string, is {value.Described}", value is SourceScalar { Type: not ScalarType.Null } scalar ? $"Put it in quotes: \"{scalar.Text}\"." : "");
}
