using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources.Networking;

namespace Mesh.Analysis.Analyzers;

/// <summary>Fields and kinds that Istio has deprecated or removed.</summary>
internal sealed class DeprecationAnalyzer : IAnalyzer
{
    private static readonly string[] Removed = ["ClusterRbacConfig", "RbacConfig", "ServiceRole", "ServiceRoleBinding"];

    public string Name => "deprecation.DeprecationAnalyzer";

    public string Description => "No deprecated fields and kinds are used";

    public ImmutableArray<MessageType> Finds => [IstioMessages.Deprecated];

    public void Analyze(AnalysisContext context)
    {
        foreach (var source in context.Index.Of<VirtualService>())
        {
            var rules = source.SpecAs<VirtualService>().Http;
            for (var i = 0; i < rules.Length; i++)
                if (rules[i].Fault?.Delay is { Percent: > 0 })
                    context.Report(IstioMessages.Deprecated, source, $"spec.http[{i}].fault.delay.percent", "fault.delay.percent is deprecated; use fault.delay.percentage");
        }

        foreach (var source in context.Index.Of<Sidecar>())
            if (source.SpecAs<Sidecar>().OutboundTrafficPolicy?.EgressProxy is not null)
                context.Report(IstioMessages.Deprecated, source, "spec.outboundTrafficPolicy.egressProxy", "outboundTrafficPolicy.egressProxy is ignored");
        foreach (var document in (context.Index.Input.Mesh?.Objects ?? []).Concat(context.Index.Input.Documents))
            if (document.Key is { } key && key.Kind.EndsWith(".rbac.istio.io", StringComparison.Ordinal) && Removed.Contains(key.ShortKind))
                context.Report(IstioMessages.Deprecated, document, "kind", $"{key.ShortKind} of rbac.istio.io is removed; use AuthorizationPolicy");
    }
}
