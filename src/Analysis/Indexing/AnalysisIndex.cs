using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Analysis.Documents;
using Mesh.Core.Resources;
using Mesh.Core.Snapshots;
using Mesh.Translation;

namespace Mesh.Analysis.Indexing;

/// <summary>
/// All objects, arranged for the analyzers' questions. What translation asks too is answered by its own index, so that analysis and
/// proxies never disagree. Immutable.
/// </summary>
internal sealed class AnalysisIndex
{
    private readonly FrozenDictionary<ObjectKey, ObjectDocument> _documents;
    private readonly FrozenDictionary<ObjectKey, KubernetesObject> _kubernetes;

    private AnalysisIndex(AnalysisInput input, DocumentSet documents, KubernetesObjects kubernetes)
    {
        Input = input;
        Duplicates = documents.Duplicates;
        _documents = documents.ByKey;
        _kubernetes = kubernetes.ByKey;
        Kubernetes = kubernetes;
        Namespaces = new NamespaceTable(input, documents.Objects, kubernetes);
        Workloads = new WorkloadTable(WorkloadSources.Of(input, documents.Objects, kubernetes, Namespaces), input.Mesh is not null);
        Mesh = MeshIndex.Build(new MeshSnapshot
        {
            Objects = documents.Objects.ToImmutableDictionary(o => o.Key),
            Workloads = Workloads.All.ToImmutableDictionary(w => w.Id, w => w.ToSnapshot()),
        });
        Hosts = new HostRegistry(this);
    }

    public AnalysisInput Input { get; }

    public MeshIndex Mesh { get; }

    public HostRegistry Hosts { get; }

    public WorkloadTable Workloads { get; }

    public NamespaceTable Namespaces { get; }

    public KubernetesObjects Kubernetes { get; }

    /// <summary>Documents of objects that a later document of the files replaces.</summary>
    public ImmutableArray<ObjectDocument> Duplicates { get; }

    public string RootNamespace => Mesh.Settings.RootNamespace;

    /// <summary>Something to hang a message on that is about no document.</summary>
    public ObjectDocument AnyDocument => Input.Documents.Length > 0 ? Input.Documents[0] : new ObjectDocument("", 0, 0, "", null, null, []);

    public static AnalysisIndex Build(AnalysisInput input)
    {
        var documents = DocumentSet.Of(input);
        return new AnalysisIndex(input, documents, KubernetesObjects.Of(input));
    }

    /// <summary>Objects whose spec is a <typeparamref name="T"/>, by key.</summary>
    public IEnumerable<MeshObject> Of<T>() where T : class => Mesh.Parts.Objects[typeof(T)];

    public ObjectDocument? DocumentOf(ObjectKey key) => _documents.GetValueOrDefault(key);

    public string? AnnotationOf(ObjectKey key, string name) =>
        Mesh.Snapshot.Objects.TryGetValue(key, out var found) ? found.Metadata.Annotations.GetValueOrDefault(name)
        : _kubernetes.TryGetValue(key, out var other) ? other.Annotations.GetValueOrDefault(name)
        : null;
}
