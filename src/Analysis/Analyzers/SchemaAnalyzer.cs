using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Validation;

namespace Mesh.Analysis.Analyzers;

/// <summary>What validation says, by the very code that judges at the API.</summary>
internal sealed class SchemaAnalyzer : IAnalyzer
{
    public string Name => "schema.ValidationAnalyzer";

    public string Description => "Objects pass validation";

    public ImmutableArray<MessageType> Finds => [IstioMessages.SchemaValidationError, IstioMessages.SchemaWarning, MeshMessages.DuplicateObject];

    public void Analyze(AnalysisContext context)
    {
        var input = context.Index.Input;
        foreach (var document in (input.Mesh?.Objects ?? []).Concat(input.Documents))
        {
            // What Kubernetes alone keeps is Kubernetes' to judge, also where the mesh reads it.
            if (document.IsForeign || (input.IgnoreUnknown && document.Draft is null)) continue;
            foreach (var diagnostic in document.Diagnostics) Report(context, document, diagnostic);
        }

        foreach (var replaced in context.Index.Duplicates)
            context.Report(MeshMessages.DuplicateObject, replaced, "", "a later document describes the same object and replaces this one");
    }

    private static void Report(AnalysisContext context, ObjectDocument document, Diagnostic diagnostic)
    {
        // IST0130 and IST0131 say it with the rule that is in the way.
        if (diagnostic.Severity == Severity.Warning && diagnostic.Reason.StartsWith("never reached", StringComparison.Ordinal)) return;
        var type = diagnostic.Severity == Severity.Error ? IstioMessages.SchemaValidationError : IstioMessages.SchemaWarning;
        context.Report(type, document, diagnostic.Path, diagnostic.Hint.Length > 0 ? $"{diagnostic.Reason}. {diagnostic.Hint}" : diagnostic.Reason, diagnostic.Line);
    }
}
