using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Security;
using Mesh.Core.Resources.Telemetry;

namespace Mesh.Analysis.Analyzers;

/// <summary>The proxies of a Gateway API Gateway take policies by reference only.</summary>
internal sealed class IneffectiveSelectorAnalyzer : IAnalyzer
{
    private const string GatewayName = "gateway.networking.k8s.io/gateway-name";

    public string Name => "k8sgateway.SelectorAnalyzer";

    public string Description => "Policies do not select the proxies of Gateway API Gateways";

    public ImmutableArray<MessageType> Finds => [IstioMessages.IneffectiveSelector];

    public void Analyze(AnalysisContext context)
    {
        foreach (var source in context.Index.Of<AuthorizationPolicy>())
            if (source.SpecAs<AuthorizationPolicy>() is { TargetRef: null, TargetRefs.IsEmpty: true, Selector: { } selector }) Check(context, source, selector);
        foreach (var source in context.Index.Of<RequestAuthentication>())
            if (source.SpecAs<RequestAuthentication>() is { TargetRef: null, TargetRefs.IsEmpty: true, Selector: { } selector }) Check(context, source, selector);
        foreach (var source in context.Index.Of<Telemetry>())
            if (source.SpecAs<Telemetry>() is { TargetRef: null, TargetRefs.IsEmpty: true, Selector: { } selector }) Check(context, source, selector);
    }

    private static void Check(AnalysisContext context, MeshObject source, WorkloadSelector selector)
    {
        foreach (var gateway in context.Index.Workloads.Selected(selector.MatchLabels, source.Key.Namespace).Select(w => w.Labels.GetValueOrDefault(GatewayName)).Where(g => g is not null).Distinct().Order(StringComparer.Ordinal))
            context.Report(IstioMessages.IneffectiveSelector, source, "spec.selector", $"it selects the proxies of Gateway {gateway}, which take policies by targetRefs only");
    }
}
