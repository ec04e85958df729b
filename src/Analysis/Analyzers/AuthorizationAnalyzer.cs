using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Security;

namespace Mesh.Analysis.Analyzers;

/// <summary>AuthorizationPolicies must protect something and name namespaces that exist.</summary>
internal sealed class AuthorizationAnalyzer : IAnalyzer
{
    public string Name => "auth.AuthorizationPoliciesAnalyzer";

    public string Description => "AuthorizationPolicies select workloads and name namespaces that exist";

    public ImmutableArray<MessageType> Finds => [IstioMessages.NoMatchingWorkloadsFound, IstioMessages.ReferencedResourceNotFound];

    public void Analyze(AnalysisContext context)
    {
        foreach (var source in context.Index.Of<AuthorizationPolicy>())
        {
            var spec = source.SpecAs<AuthorizationPolicy>();
            if (context.Index.Workloads.AreKnown && spec.TargetRef is null && spec.TargetRefs.IsEmpty) CheckSelector(context, source, spec);
            if (context.Index.Namespaces.AreKnown) CheckNamespaces(context, source, spec);
        }
    }

    private static void CheckSelector(AnalysisContext context, MeshObject source, AuthorizationPolicy spec)
    {
        var wide = source.Key.Namespace == context.Index.RootNamespace;
        if (wide && spec.Selector is null) return; // for whatever may come
        var labels = spec.Selector?.MatchLabels ?? ImmutableSortedDictionary<string, string>.Empty;
        if (context.Index.Workloads.Selected(labels, wide ? null : source.Key.Namespace).Any(w => w.InMesh)) return;
        context.Report(
            IstioMessages.NoMatchingWorkloadsFound, source, spec.Selector is null ? "" : "spec.selector",
            $"no workload of the mesh{(wide ? "" : $" in namespace {source.Key.Namespace}")}{(labels.Count > 0 ? $" has the labels {Selectors.Text(labels)}" : "")}");
    }

    private static void CheckNamespaces(AnalysisContext context, MeshObject source, AuthorizationPolicy spec)
    {
        for (var i = 0; i < spec.Rules.Length; i++)
            for (var j = 0; j < spec.Rules[i].From.Length; j++)
            {
                if (spec.Rules[i].From[j].Source is not { } from) continue;
                Check(from.Namespaces, $"spec.rules[{i}].from[{j}].source.namespaces");
                Check(from.NotNamespaces, $"spec.rules[{i}].from[{j}].source.notNamespaces");
            }

        void Check(ImmutableArray<string> names, string path)
        {
            for (var k = 0; k < names.Length; k++)
                if (!context.Index.Namespaces.AnyMatches(names[k]))
                    context.Report(IstioMessages.ReferencedResourceNotFound, source, $"{path}[{k}]", $"namespace \"{names[k]}\" not found");
        }
    }
}
