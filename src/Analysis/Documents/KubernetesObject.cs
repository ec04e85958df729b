using System.Collections.Immutable;
using Mesh.Core.Documents;
using Mesh.Core.Resources;

namespace Mesh.Analysis.Documents;

/// <summary>
/// An object of Kubernetes as far as analysis looks at it: read from the document's tree, whether the mesh has a model of the kind or
/// not, and never refused. Values of another type than expected count as absent.
/// </summary>
internal sealed class KubernetesObject(ObjectKey key, ObjectDocument document, SourceMapping root)
{
    private static readonly ImmutableSortedDictionary<string, string> None = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    public ObjectKey Key { get; } = key;

    public ObjectDocument Document { get; } = document;

    public string Kind => Key.ShortKind;

    public ImmutableSortedDictionary<string, string> Labels { get; } = Texts(Node(root, "metadata", "labels"));

    public ImmutableSortedDictionary<string, string> Annotations { get; } = Texts(Node(root, "metadata", "annotations"));

    /// <summary>The Pod template of a Deployment and the like; null for other kinds, and for a Pod the object itself.</summary>
    public PodTemplate? Template { get; } = ReadTemplate(key.ShortKind, root);

    /// <summary>The value at a chain of fields; null when one is missing.</summary>
    public SourceNode? Find(params ReadOnlySpan<string> fields) => Node(root, fields);

    public static SourceNode? Node(SourceNode? from, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields) from = (from as SourceMapping)?.Find(field)?.Value;
        return from;
    }

    public static ImmutableSortedDictionary<string, string> Texts(SourceNode? node) => node is not SourceMapping map
        ? None
        : None.AddRange(map.Entries.Where(e => e.Value is SourceScalar).Select(e => KeyValuePair.Create(e.Key, ((SourceScalar)e.Value).Text)));

    public static string Text(SourceNode? node) => node is SourceScalar { Type: not ScalarType.Null } scalar ? scalar.Text : "";

    private static PodTemplate? ReadTemplate(string kind, SourceMapping root) => kind switch
    {
        "Pod" => new PodTemplate(root, ""),
        "Deployment" or "StatefulSet" or "DaemonSet" or "ReplicaSet" or "Job" => At(Node(root, "spec", "template"), "spec.template"),
        "CronJob" => At(Node(root, "spec", "jobTemplate", "spec", "template"), "spec.jobTemplate.spec.template"),
        _ => null,
    };

    private static PodTemplate? At(SourceNode? node, string path) => node is SourceMapping map ? new PodTemplate(map, path) : null;
}
