using System.Collections.Immutable;
using Mesh.Analysis.Documents;
using Mesh.Analysis.Messages;

namespace Mesh.Analysis.Analyzers;

/// <summary>Istio's annotations on objects of Kubernetes.</summary>
internal sealed class AnnotationAnalyzer : IAnalyzer
{
    private const string Inject = "sidecar.istio.io/inject";

    private static readonly string[] Kinds = ["Namespace", "Service", "Pod", "Deployment"];

    public string Name => "annotations.K8sAnalyzer";

    public string Description => "Istio's annotations are known, valid and in their place";

    public ImmutableArray<MessageType> Finds =>
        [IstioMessages.UnknownAnnotation, IstioMessages.MisplacedAnnotation, IstioMessages.InvalidAnnotation, IstioMessages.DeprecatedAnnotation];

    public void Analyze(AnalysisContext context)
    {
        foreach (var source in Kinds.SelectMany(k => context.Index.Kubernetes.Of(k)))
            foreach (var (name, value) in source.Annotations)
                if (IstioAnnotations.IsIstios(name)) Check(context, source, name, value);
    }

    private static void Check(AnalysisContext context, KubernetesObject source, string name, string value)
    {
        var path = "metadata.annotations" + FieldPaths.Key(name);
        if (IstioAnnotations.Find(name) is not { } known)
        {
            context.Report(IstioMessages.UnknownAnnotation, source, path, $"{name} is no annotation of Istio");
            return;
        }

        // With both annotation and label somebody knows, and keeps the old one for old versions.
        if (known.Replacement is { } instead && !(name == Inject && source.Labels.ContainsKey(Inject)))
            context.Report(IstioMessages.DeprecatedAnnotation, source, path, $"{name} is deprecated{(instead.Length > 0 ? $"; use {instead}" : "")}");
        if (known.Kinds.Length == 0) return;
        if (!known.Kinds.Contains(source.Kind))
            context.Report(IstioMessages.MisplacedAnnotation, source, path, $"{name} belongs on {string.Join(", ", known.Kinds)}, not on {source.Kind}");
        else if (known.Problem?.Invoke(value) is { } problem)
            context.Report(IstioMessages.InvalidAnnotation, source, path, $"{name}: {problem}");
    }
}
