using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Analysis.Documents;
using Mesh.Core.Resources;

namespace Mesh.Analysis.Indexing;

/// <summary>Kubernetes' objects among the documents, those that the mesh has no model for included. Immutable.</summary>
internal sealed class KubernetesObjects
{
    private static readonly FrozenSet<string> Read = FrozenSet.Create(
        StringComparer.Ordinal, "Namespace", "Pod", "Deployment.apps", "StatefulSet.apps", "DaemonSet.apps", "ReplicaSet.apps", "Job.batch", "CronJob.batch",
        "Secret", "Service", "MutatingWebhookConfiguration.admissionregistration.k8s.io", "CustomResourceDefinition.apiextensions.k8s.io");

    private static readonly FrozenSet<string> OfClusterScope = FrozenSet.Create(
        StringComparer.Ordinal, "Namespace", "MutatingWebhookConfiguration.admissionregistration.k8s.io", "CustomResourceDefinition.apiextensions.k8s.io");

    private readonly FrozenDictionary<string, ImmutableArray<KubernetesObject>> _byKind;

    private KubernetesObjects(Dictionary<ObjectKey, KubernetesObject> all)
    {
        ByKey = all.ToFrozenDictionary();
        _byKind = all.Values.GroupBy(o => o.Kind, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.OrderBy(o => o.Key).ToImmutableArray(), StringComparer.Ordinal);
    }

    public FrozenDictionary<ObjectKey, KubernetesObject> ByKey { get; }

    public static bool IsRead(ObjectKey key) => Read.Contains(key.Kind);

    /// <summary>By key; the kind without its group.</summary>
    public ImmutableArray<KubernetesObject> Of(string kind) => _byKind.GetValueOrDefault(kind, []);

    public KubernetesObject? Find(string kind, string @namespace, string name) => ByKey.GetValueOrDefault(new ObjectKey(kind, @namespace, name));

    public static KubernetesObjects Of(AnalysisInput input)
    {
        var all = new Dictionary<ObjectKey, KubernetesObject>();
        foreach (var document in (input.Mesh?.Objects ?? []).Concat(input.Documents))
        {
            if (document.Key is not { } key || !Read.Contains(key.Kind)) continue;
            // Services are many and have a model; what only their tree has is seldom there.
            if (key.Kind == "Service" && !document.Text.Contains("istio.io/", StringComparison.Ordinal)) continue;
            if (DocumentTree.Of(document) is not { } root) continue;
            if (OfClusterScope.Contains(key.Kind)) key = key with { Namespace = "" };
            all[key] = new KubernetesObject(key, document, root);
        }

        return new KubernetesObjects(all);
    }
}
