using Mesh.Analysis.Indexing;
using Mesh.Analysis.Messages;

namespace Mesh.Analysis;

/// <summary>What the command line and the objects' own annotations hide.</summary>
internal sealed class SuppressionFilter(IReadOnlyCollection<Suppression> given, AnalysisIndex index)
{
    /// <summary>Codes separated by commas, or <c>*</c>; Istio's.</summary>
    public const string Annotation = "galley.istio.io/analyze-suppress";

    public bool Hides(AnalysisMessage message) => given.Any(s => s.Hides(message)) || IsAnnotated(message);

    private bool IsAnnotated(AnalysisMessage message) =>
        message.Object is { } key && index.AnnotationOf(key, Annotation) is { } codes &&
        codes.Split(',', StringSplitOptions.TrimEntries).Any(c => c == "*" || string.Equals(c, message.Type.Code, StringComparison.OrdinalIgnoreCase));
}
