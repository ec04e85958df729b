using System.Collections.Immutable;
using Mesh.Analysis.Indexing;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Kubernetes;
using Mesh.Translation.Indexing;

namespace Mesh.Analysis.Analyzers;

/// <summary>Ports of Services should say their protocol.</summary>
internal sealed class PortNameAnalyzer : IAnalyzer
{
    public string Name => "service.PortNameAnalyzer";

    public string Description => "Ports of Services say their protocol";

    public ImmutableArray<MessageType> Finds => [IstioMessages.PortNameIsNotUnderNamingConvention, IstioMessages.ExternalNameServiceTypeInvalidPortName];

    public void Analyze(AnalysisContext context)
    {
        foreach (var source in context.Index.Of<Service>())
        {
            if (InjectionLabels.IsSystem(source.Key.Namespace) || source.Metadata.Labels.ContainsKey("istio") || source.Metadata.Labels.GetValueOrDefault("release") == "istio") continue;
            var spec = source.SpecAs<Service>();
            for (var i = 0; i < spec.Ports.Length; i++) Check(context, source, spec, spec.Ports[i], $"spec.ports[{i}]");
        }
    }

    private static void Check(AnalysisContext context, MeshObject source, Service spec, ServicePort port, string path)
    {
        var external = spec.Type == "ExternalName";
        if (PortProtocols.Select(port.Protocol, port.AppProtocol, port.Name, port.Port) != PortProtocol.Auto && !(external && port.Name == "tcp")) return;
        if (external)
            context.Report(IstioMessages.ExternalNameServiceTypeInvalidPortName, source, path, $"port {port.Port} of an ExternalName Service is named \"{port.Name}\", which is no HTTP or TLS protocol");
        else
            context.Report(
                IstioMessages.PortNameIsNotUnderNamingConvention, source, path,
                $"port {port.Port} (targetPort {port.TargetPort?.ToString() ?? "the same"}) is named \"{port.Name}\", which says no protocol");
    }
}
