using System.Collections.Immutable;
using Mesh.Core.Documents;

namespace Mesh.Analysis.Documents;

/// <summary>A Pod, or what a controller makes Pods of.</summary>
internal sealed class PodTemplate(SourceMapping root, string path)
{
    /// <summary>Where it stands in its document; empty for a Pod.</summary>
    public string Path { get; } = path;

    public ImmutableSortedDictionary<string, string> Labels { get; } = KubernetesObject.Texts(KubernetesObject.Node(root, "metadata", "labels"));

    public ImmutableSortedDictionary<string, string> Annotations { get; } = KubernetesObject.Texts(KubernetesObject.Node(root, "metadata", "annotations"));

    public string NodeName { get; } = KubernetesObject.Text(KubernetesObject.Node(root, "spec", "nodeName"));

    public bool HostNetwork { get; } = KubernetesObject.Text(KubernetesObject.Node(root, "spec", "hostNetwork")) == "true";

    public string RunAsUser { get; } = KubernetesObject.Text(KubernetesObject.Node(root, "spec", "securityContext", "runAsUser"));

    public ImmutableArray<PodContainer> Containers { get; } = Read(root, "containers");

    public ImmutableArray<PodContainer> InitContainers { get; } = Read(root, "initContainers");

    /// <summary>The container of the sidecar, as an ordinary or as a native one.</summary>
    public PodContainer? Proxy => Containers.Concat(InitContainers).FirstOrDefault(c => c.Name == "istio-proxy");

    /// <summary>A path inside it as seen from the document.</summary>
    public string At(string field) => Path.Length == 0 ? field : $"{Path}.{field}";

    private static ImmutableArray<PodContainer> Read(SourceMapping root, string field) =>
        KubernetesObject.Node(root, "spec", field) is SourceSequence list
            ? [.. list.Items.Select((item, i) => new PodContainer(
                KubernetesObject.Text(KubernetesObject.Node(item, "name")), KubernetesObject.Text(KubernetesObject.Node(item, "image")),
                KubernetesObject.Text(KubernetesObject.Node(item, "securityContext", "runAsUser")), $"spec.{field}[{i}]"))]
            : [];
}

/// <summary>A container: its name, its image and the user it runs as, empty when it says nothing of them.</summary>
internal sealed record PodContainer(string Name, string Image, string RunAsUser, string Path);
