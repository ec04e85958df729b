using System.Collections.Immutable;
using Mesh.Analysis.Documents;
using Mesh.Analysis.Messages;
using Mesh.Core.Documents;

namespace Mesh.Analysis.Analyzers;

/// <summary>A status that came along, as in the output of kubectl, may say what is wrong.</summary>
internal sealed class ConditionAnalyzer : IAnalyzer
{
    private static readonly string[] Kinds = ["Service", "ServiceEntry.networking.istio.io", "AuthorizationPolicy.security.istio.io"];

    public string Name => "conditions.ConditionAnalyzer";

    public string Description => "No condition in a status is false";

    public ImmutableArray<MessageType> Finds => [IstioMessages.NegativeConditionStatus];

    public void Analyze(AnalysisContext context)
    {
        foreach (var document in (context.Index.Input.Mesh?.Objects ?? []).Concat(context.Index.Input.Documents))
        {
            if (document.Key is not { } key || !Kinds.Contains(key.Kind) || !document.Text.Contains("conditions", StringComparison.Ordinal)) continue;
            if (DocumentTree.Of(document) is not { } root || KubernetesObject.Node(root, "status", "conditions") is not SourceSequence conditions) continue;
            for (var i = 0; i < conditions.Items.Count; i++)
                if (Text(conditions.Items[i], "status") == "False")
                    context.Report(
                        IstioMessages.NegativeConditionStatus, document, $"status.conditions[{i}]",
                        $"condition {Text(conditions.Items[i], "type")} is false, reason {Text(conditions.Items[i], "reason")}: {Text(conditions.Items[i], "message")}");
        }
    }

    private static string Text(SourceNode condition, string field) => KubernetesObject.Text(KubernetesObject.Node(condition, field));
}
