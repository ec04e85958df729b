using System.Collections.Immutable;
using Mesh.Analysis.Indexing;
using Mesh.Analysis.Messages;

namespace Mesh.Analysis.Analyzers;

/// <summary>Namespaces should say whether their workloads get sidecars, and Pods of those that do should have one.</summary>
internal sealed class InjectionAnalyzer : IAnalyzer
{
    private const string InjectLabel = "sidecar.istio.io/inject";

    public string Name => "injection.Analyzer";

    public string Description => "Namespaces say whether they get sidecars, and Pods have them";

    public ImmutableArray<MessageType> Finds => [IstioMessages.NamespaceNotInjected, IstioMessages.NamespaceMultipleInjectionLabels, IstioMessages.PodMissingProxy];

    public void Analyze(AnalysisContext context)
    {
        var injected = new HashSet<string>(StringComparer.Ordinal);
        foreach (var space in context.Index.Kubernetes.Of("Namespace"))
        {
            var name = space.Key.Name;
            if (InjectionLabels.IsSystem(name) || name == context.Index.RootNamespace || name == "istio-system") continue;
            var classic = space.Labels.GetValueOrDefault(InjectionLabels.Classic, "");
            var byRevision = space.Labels.ContainsKey(InjectionLabels.Revision);
            if (classic.Length > 0 && byRevision)
                context.Report(IstioMessages.NamespaceMultipleInjectionLabels, space, "metadata.labels", $"it has both {InjectionLabels.Classic} and {InjectionLabels.Revision}");
            else if (classic.Length == 0 && !byRevision)
                context.Report(IstioMessages.NamespaceNotInjected, space, "", $"it has neither of the labels {InjectionLabels.Classic} and {InjectionLabels.Revision}");
            else if (byRevision || classic == "enabled")
                injected.Add(name);
        }

        foreach (var source in context.Index.Kubernetes.Of("Pod"))
        {
            if (source.Template is not { HostNetwork: false } pod || !injected.Contains(source.Key.Namespace)) continue;
            var wish = pod.Labels.GetValueOrDefault(InjectLabel) ?? pod.Annotations.GetValueOrDefault(InjectLabel) ?? "";
            if (string.Equals(wish, "false", StringComparison.OrdinalIgnoreCase) || pod.Proxy is { Image.Length: > 0 }) continue;
            context.Report(IstioMessages.PodMissingProxy, source, "", $"namespace {source.Key.Namespace} is injected, and the Pod has no container istio-proxy");
        }
    }
}
