using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Kubernetes;
using Mesh.Core.Resources.Mesh;
using Mesh.Core.Resources.Networking;

namespace Mesh.Analysis.Analyzers;

/// <summary>A Gateway needs proxies with its labels, and their Service must lead to its ports.</summary>
internal sealed class GatewayWorkloadAnalyzer : IAnalyzer
{
    /// <summary>Labels of the gateways that Istio's installation and charts make.</summary>
    private static readonly Dictionary<string, string>[] Installed =
    [
        new(StringComparer.Ordinal) { ["istio"] = "ingressgateway", ["app"] = "istio-ingressgateway" },
        new(StringComparer.Ordinal) { ["istio"] = "egressgateway", ["app"] = "istio-egressgateway" },
        new(StringComparer.Ordinal) { ["istio"] = "ingress", ["app"] = "istio-ingress" },
    ];

    public string Name => "gateway.IngressGatewayPortAnalyzer";

    public string Description => "Gateways select proxies, and Services lead to their ports";

    public ImmutableArray<MessageType> Finds => [IstioMessages.ReferencedResourceNotFound, IstioMessages.GatewayPortNotDefinedOnService];

    public void Analyze(AnalysisContext context)
    {
        if (!context.Index.Workloads.AreKnown) return;
        foreach (var source in context.Index.Of<Gateway>()) Check(context, source);
    }

    // The gateways every installation comes with are not among a user's files, as Istio's own analysis assumes; a mesh or a LocalMesh says which there are.
    private static bool IsInstalledApart(AnalysisContext context, ImmutableSortedDictionary<string, string> selector) =>
        context.Index.Input.Mesh is null && !context.Index.Of<LocalMesh>().Any()
        && Installed.Any(labels => selector.Count > 0 && selector.All(s => labels.GetValueOrDefault(s.Key) == s.Value));

    private static void Check(AnalysisContext context, MeshObject source)
    {
        var spec = source.SpecAs<Gateway>();
        var selector = Selectors.Text(spec.Selector);
        var proxies = context.Index.Workloads.Selected(spec.Selector, null).ToList();
        if (proxies.Count == 0)
        {
            if (IsInstalledApart(context, spec.Selector)) return;
            context.Report(IstioMessages.ReferencedResourceNotFound, source, "spec.selector", $"selector \"{selector}\" not found: no workload has these labels");
            return;
        }

        var services = proxies.SelectMany(p => context.Index.Mesh.Services.Selecting(p.Id.Namespace, p.Labels)).Where(s => s.Entry is null).Distinct().ToList();
        // Outside Kubernetes gateways are reached at their own addresses; a Service is then only one more way.
        if (services.Count == 0 && !proxies.Any(p => p.IsPod)) return;
        var reached = services.SelectMany(s => s.Source.SpecAs<Service>().Ports).Where(p => p.Protocol is "" or "TCP").Select(p => p.TargetPort is { Number: > 0 } target ? target.Number : p.Port).ToHashSet();
        for (var i = 0; i < spec.Servers.Length; i++)
            if (spec.Servers[i].Port is { } port && !reached.Contains(port.Number))
                context.Report(
                    IstioMessages.GatewayPortNotDefinedOnService, source, $"spec.servers[{i}].port.number",
                    $"no Service of the proxies ({selector}) has target port {port.Number}");
    }
}
