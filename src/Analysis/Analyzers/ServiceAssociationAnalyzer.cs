using System.Collections.Immutable;
using System.Globalization;
using Mesh.Analysis.Documents;
using Mesh.Analysis.Indexing;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources.Kubernetes;
using Mesh.Translation.Indexing;

namespace Mesh.Analysis.Analyzers;

/// <summary>The Services of one Deployment must agree about its ports.</summary>
internal sealed class ServiceAssociationAnalyzer : IAnalyzer
{
    public string Name => "deployment.MultiServiceAnalyzer";

    public string Description => "Services of one Deployment agree about its ports";

    public ImmutableArray<MessageType> Finds => [IstioMessages.DeploymentAssociatedToMultipleServices, IstioMessages.DeploymentConflictingPorts];

    public void Analyze(AnalysisContext context)
    {
        foreach (var deployment in context.Index.Kubernetes.Of("Deployment"))
        {
            if (deployment.Template is not { } pod || !WorkloadSources.IsInjected(deployment, pod, context.Index.Namespaces)) continue;
            var services = context.Index.Mesh.Services.Selecting(deployment.Key.Namespace, pod.Labels).Where(s => s.Entry is null).ToList();
            if (services.Count > 1) Check(context, deployment, services);
        }
    }

    private static void Check(AnalysisContext context, KubernetesObject deployment, List<ServiceModel> services)
    {
        var ports = services.SelectMany(s => s.Source.SpecAs<Service>().Ports.Select(p => (Service: s.Name.ToString(), Port: p))).ToList();
        foreach (var port in ports.GroupBy(p => p.Port.Port).Where(g => g.Select(p => Protocol(p.Port)).Distinct().Count() > 1))
            context.Report(
                IstioMessages.DeploymentAssociatedToMultipleServices, deployment, "",
                $"port {port.Key} has the protocols {string.Join(" and ", port.Select(p => $"{Protocol(p.Port)} (Service {p.Service})").Distinct().Order(StringComparer.Ordinal))}");
        foreach (var target in ports.GroupBy(p => Target(p.Port)).Where(g => g.Select(p => p.Port.Port).Distinct().Count() > 1))
            context.Report(
                IstioMessages.DeploymentConflictingPorts, deployment, "",
                $"target port {target.Key} is reached by the ports {string.Join(" and ", target.Select(p => $"{p.Port.Port} (Service {p.Service})").Distinct().Order(StringComparer.Ordinal))}");
    }

    private static string Protocol(ServicePort port) => port.Protocol.Length > 0 ? port.Protocol : "TCP";

    private static string Target(ServicePort port) =>
        port.TargetPort is { } target && target is not { Name: null, Number: 0 } ? target.ToString() : port.Port.ToString(CultureInfo.InvariantCulture);
}
