using System.Collections.Immutable;
using Mesh.Analysis.Documents;
using Mesh.Core.Identity;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Mesh;
using Mesh.Core.Resources.Networking;

namespace Mesh.Analysis.Indexing;

/// <summary>Finds the workloads among objects and the running mesh's registrations.</summary>
internal static class WorkloadSources
{
    private const string InjectLabel = "sidecar.istio.io/inject";

    private static readonly string[] Controllers = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"];

    public static IEnumerable<IndexedWorkload> Of(
        AnalysisInput input, ImmutableArray<MeshObject> objects, KubernetesObjects kubernetes, NamespaceTable namespaces)
    {
        var pods = kubernetes.Of("Pod").Concat(Controllers.SelectMany(c => kubernetes.Of(c))).Where(o => o.Template is not null)
            .Select(o => FromPod(o, namespaces));
        var registered = (input.Mesh?.Workloads ?? []).Select(w => new IndexedWorkload(w.Id, w.Labels, w.HasSidecar || w.IsGateway, w.HasSidecar, IsPod: false));
        // What `meshctl up` starts is registered once it runs; until then the LocalMesh says it.
        var planned = input.Mesh is null ? objects.Where(o => o.Spec is LocalMesh).SelectMany(o => FromLocalMesh(o.SpecAs<LocalMesh>())) : [];
        return pods.Concat(planned).Concat(objects.SelectMany(FromEntry)).Concat(registered);
    }

    /// <summary>Istio's rule: the sidecar is there, or the label, annotation or namespace says it will be.</summary>
    public static bool IsInjected(KubernetesObject source, PodTemplate pod, NamespaceTable namespaces)
    {
        if (pod.Proxy is { Image.Length: > 0 }) return true;
        if (pod.Labels.TryGetValue(InjectLabel, out var label) || pod.Annotations.TryGetValue(InjectLabel, out label)) return label == "true";
        // Without the Namespace object nothing is known against it.
        return namespaces.Find(source.Key.Namespace) is not { } found || InjectionLabels.IsEnabled(found.Labels);
    }

    private static IndexedWorkload FromPod(KubernetesObject source, NamespaceTable namespaces)
    {
        var injected = IsInjected(source, source.Template!, namespaces);
        var name = source.Kind == "Pod" ? source.Key.Name : $"{source.Key.Name} ({source.Kind})";
        return new IndexedWorkload(new WorkloadId(source.Key.Namespace, name), source.Template!.Labels, injected, injected, IsPod: true);
    }

    /// <summary>Machines outside Kubernetes, which join with a sidecar.</summary>
    private static IEnumerable<IndexedWorkload> FromEntry(MeshObject source) => source.Spec switch
    {
        WorkloadEntry entry => [new IndexedWorkload(new WorkloadId(source.Key.Namespace, $"{source.Key.Name} (WorkloadEntry)"), entry.Labels, InMesh: true, HasSidecar: true, IsPod: false)],
        WorkloadGroup group => [new IndexedWorkload(
            new WorkloadId(source.Key.Namespace, $"{source.Key.Name} (WorkloadGroup)"), group.Metadata?.Labels ?? ImmutableSortedDictionary<string, string>.Empty, InMesh: true, HasSidecar: true, IsPod: false)],
        _ => [],
    };

    private static IEnumerable<IndexedWorkload> FromLocalMesh(LocalMesh mesh)
    {
        foreach (var gateway in mesh.Gateways)
            yield return new IndexedWorkload(
                new WorkloadId(gateway.Namespace.Length > 0 ? gateway.Namespace : "mesh-system", gateway.Name), gateway.Labels, InMesh: true, HasSidecar: false, IsPod: false);
        foreach (var workload in mesh.Workloads.Where(w => w.Replicas != 0))
            yield return new IndexedWorkload(
                new WorkloadId(workload.Namespace.Length > 0 ? workload.Namespace : "default", workload.Name), workload.Labels,
                workload.Sidecar != false, workload.Sidecar != false, IsPod: false);
    }
}
