using System.Collections.Immutable;
using Mesh.Analysis.Messages;

namespace Mesh.Analysis.Analyzers;

/// <summary>Traffic of user 1337 is the sidecar's own and passes uncaptured.</summary>
internal sealed class ApplicationUidAnalyzer : IAnalyzer
{
    private const string SidecarUser = "1337";

    public string Name => "applicationUID.Analyzer";

    public string Description => "Applications do not run as the sidecar's user";

    public ImmutableArray<MessageType> Finds => [IstioMessages.InvalidApplicationUid];

    public void Analyze(AnalysisContext context)
    {
        foreach (var source in context.Index.Kubernetes.Of("Pod").Concat(context.Index.Kubernetes.Of("Deployment")))
        {
            if (source.Template is not { } pod || source.Labels.ContainsKey("istio") || source.Labels.GetValueOrDefault("release") == "istio") continue;
            if (pod.RunAsUser == SidecarUser)
                context.Report(IstioMessages.InvalidApplicationUid, source, pod.At("spec.securityContext.runAsUser"), "the containers run as user 1337, which is reserved for the sidecar");
            foreach (var container in pod.Containers.Where(c => c.Name is not ("istio-proxy" or "istio-operator") && c.RunAsUser == SidecarUser))
                context.Report(IstioMessages.InvalidApplicationUid, source, pod.At(container.Path + ".securityContext.runAsUser"), $"container {container.Name} runs as user 1337, which is reserved for the sidecar");
        }
    }
}
