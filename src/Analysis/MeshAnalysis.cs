using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Mesh.Analysis.Indexing;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;

namespace Mesh.Analysis;

/// <summary>
/// Finds what is valid by itself and wrong in context: 1. index the objects, 2. run every analyzer, 3. look up lines, 4. suppress, sort.
/// Stateless; costs about the number of objects.
/// </summary>
public static class MeshAnalysis
{
    /// <summary>All analyzers, by name.</summary>
    public static ImmutableArray<AnalyzerInfo> Analyzers { get; } =
        [.. AllAnalyzers.Create().OrderBy(a => a.Name, StringComparer.Ordinal).Select(a => new AnalyzerInfo(a.Name, a.Description, [.. a.Finds.Select(t => t.Code)]))];

    /// <summary>Whether any analyzer looks at such a document: the mesh's own kinds, and of others' those that say something about workloads and hosts.</summary>
    public static bool Reads(ObjectDocument document) =>
        !document.IsForeign || document.Draft is not null || (document.Key is { } key && KubernetesObjects.IsRead(key));

    /// <summary>Every finding that is not suppressed, the worst first.</summary>
    public static ImmutableArray<AnalysisMessage> Run(AnalysisInput input, IReadOnlyCollection<Suppression>? suppressions = null)
    {
        var index = AnalysisIndex.Build(input);
        var context = new AnalysisContext(index);
        foreach (var analyzer in AllAnalyzers.Create()) RunGuarded(analyzer, context, index);
        var suppressing = new SuppressionFilter(suppressions ?? [], index);
        return [.. Located(context.Findings).Where(m => !suppressing.Hides(m)).Distinct().Order(MessageOrder.Instance)];
    }

    [SuppressMessage("Design", "CA1031", Justification = "One analyzer's fault is reported as IST0001, so that the others' findings still reach the user.")]
    private static void RunGuarded(IAnalyzer analyzer, AnalysisContext context, AnalysisIndex index)
    {
        try
        {
            analyzer.Analyze(context);
        }
        catch (Exception e)
        {
            context.Report(IstioMessages.InternalError, index.AnyDocument, "", $"{analyzer.Name} failed: {e.GetType().Name}: {e.Message}");
        }
    }

    private static IEnumerable<AnalysisMessage> Located(IReadOnlyList<AnalysisContext.Finding> findings)
    {
        foreach (var finding in findings)
        {
            var document = finding.Document is { File.Length: > 0 } ? finding.Document : null;
            var line = document is null ? 0 : finding.Line > 0 ? finding.Line : document.Locate(finding.Path.Length == 0 ? "metadata.name" : finding.Path)?.Line ?? document.Line;
            yield return new AnalysisMessage(finding.Type, finding.Object, finding.Path, finding.Text, document?.File ?? "", line);
        }
    }
}
