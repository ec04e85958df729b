using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources.Kubernetes;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Indexing;

namespace Mesh.Analysis.Analyzers;

/// <summary>Objects that stand alone: Gateways without routes, Services without workloads.</summary>
internal sealed class UnusedAnalyzer : IAnalyzer
{
    public string Name => "mesh.UnusedAnalyzer";

    public string Description => "Gateways have routes, and Services have workloads";

    public ImmutableArray<MessageType> Finds => [MeshMessages.GatewayWithoutRoutes, MeshMessages.ServiceSelectsNothing];

    public void Analyze(AnalysisContext context)
    {
        var bound = context.Index.Of<VirtualService>().SelectMany(o => o.SpecAs<VirtualService>().Gateways.Select(g => VirtualServiceModel.ResolveGateway(g, o.Key.Namespace))).ToHashSet(StringComparer.Ordinal);
        foreach (var source in context.Index.Of<Gateway>())
        {
            // Where TLS ends or passes without routes, the server names are the routes.
            if (bound.Contains($"{source.Key.Namespace}/{source.Key.Name}") || source.SpecAs<Gateway>().Servers.Any(s => s.Tls is { Mode: ServerTlsMode.AutoPassthrough } or { HttpsRedirect: true })) continue;
            context.Report(MeshMessages.GatewayWithoutRoutes, source, "", $"no VirtualService names Gateway {source.Key.Namespace}/{source.Key.Name}");
        }

        if (!context.Index.Workloads.AreKnown) return;
        foreach (var service in context.Index.Mesh.Services.All)
            if (service.Entry is null && service.Selector.Count > 0 && service.Source.SpecAs<Service>().Type != "ExternalName" && context.Index.Mesh.Endpoints.Of(service.Name).IsEmpty)
                context.Report(MeshMessages.ServiceSelectsNothing, service.Source, "spec.selector", $"no workload of namespace {service.Name.Namespace} has the labels {Selectors.Text(service.Selector)}");
    }
}
