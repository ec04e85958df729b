using System.Collections.Immutable;
using Mesh.Analysis.Indexing;
using Mesh.Analysis.Messages;

namespace Mesh.Analysis.Analyzers;

/// <summary><c>image: auto</c> is filled in by injection; without it nothing can start.</summary>
internal sealed class ImageAutoAnalyzer : IAnalyzer
{
    public string Name => "injection.ImageAutoAnalyzer";

    public string Description => "Workloads with image: auto are injected";

    public ImmutableArray<MessageType> Finds => [IstioMessages.ImageAutoWithoutInjectionWarning, IstioMessages.ImageAutoWithoutInjectionError];

    public void Analyze(AnalysisContext context)
    {
        foreach (var source in context.Index.Kubernetes.Of("Pod"))
            if (source.Template?.Containers.FirstOrDefault(IsAuto) is { } container)
                context.Report(IstioMessages.ImageAutoWithoutInjectionError, source, container.Path + ".image", $"Pod {source.Key.Name} still has image: auto, so it was not injected");
        foreach (var source in context.Index.Kubernetes.Of("Deployment"))
            if (source.Template is { } pod && pod.Containers.FirstOrDefault(IsAuto) is { } container && !WillBeInjected(context, source.Key.Namespace, pod.Labels))
                context.Report(IstioMessages.ImageAutoWithoutInjectionWarning, source, pod.At(container.Path + ".image"), $"neither namespace {source.Key.Namespace} nor the Pod template is labelled for injection");
    }

    private static bool IsAuto(Documents.PodContainer container) => container is { Name: "istio-proxy", Image: "auto" };

    // As the injection webhook selects: the Pod's own label decides, else its namespace's.
    private static bool WillBeInjected(AnalysisContext context, string @namespace, ImmutableSortedDictionary<string, string> labels) =>
        labels.TryGetValue("sidecar.istio.io/inject", out var wish) ? wish == "true"
        : labels.ContainsKey(InjectionLabels.Revision) || (context.Index.Namespaces.Find(@namespace) is { } found && InjectionLabels.IsEnabled(found.Labels));
}
