using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;
using Mesh.Core.Validation;

namespace Mesh.Analysis.Analyzers;

/// <summary>What validation says, by the very code that judges at the API.</summary>
internal sealed class SchemaAnalyzer : IAnalyzer
{
    /// <summary>Groups whose kinds the mesh answers for; any other kind is somebody else's and none of our business.</summary>
    private static readonly string[] Own = ["istio.io", "mesh.dev", "gateway.networking.k8s.io"];

    public string Name => "schema.ValidationAnalyzer";

    public string Description => "Objects pass validation";

    public ImmutableArray<MessageType> Finds => [IstioMessages.SchemaValidationError, IstioMessages.SchemaWarning, MeshMessages.DuplicateObject];

    public void Analyze(AnalysisContext context)
    {
        var input = context.Index.Input;
        foreach (var document in (input.Mesh?.Objects ?? []).Concat(input.Documents))
        {
            if (IsForeign(document) || (input.IgnoreUnknown && document.Draft is null)) continue;
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

    // What Kubernetes alone keeps is Kubernetes' to judge, also where the mesh reads it.
    private static bool IsForeign(ObjectDocument document)
    {
        if (document.Key is not { } key) return false;
        if (KindRegistry.Find(key) is { } known) return known.Use == KindUse.Input;
        var group = key.Kind.IndexOf('.') is var dot and >= 0 ? key.Kind[(dot + 1)..] : "";
        return !Own.Any(own => group == own || group.EndsWith("." + own, StringComparison.Ordinal));
    }
}
