using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Kubernetes;
using Mesh.Core.Resources.Security;
using Mesh.Translation.Indexing;

namespace Mesh.Analysis.Analyzers;

/// <summary>RequestAuthentications must select workloads, and tokens come only with HTTP.</summary>
internal sealed class RequestAuthenticationAnalyzer : IAnalyzer
{
    public string Name => "auth.RequestAuthenticationAnalyzer";

    public string Description => "RequestAuthentications select workloads that speak HTTP";

    public ImmutableArray<MessageType> Finds => [MeshMessages.PolicySelectsNothing, IstioMessages.JwtFailureDueToInvalidServicePortPrefix];

    public void Analyze(AnalysisContext context)
    {
        PolicySelectors.Check(context, context.Index.Of<RequestAuthentication>().Select(o => (o, o.SpecAs<RequestAuthentication>().Selector)));
        foreach (var source in context.Index.Of<RequestAuthentication>())
            if (source.SpecAs<RequestAuthentication>() is { Selector.MatchLabels: { Count: > 0 } labels, JwtRules.IsEmpty: false }) CheckPorts(context, source, labels);
    }

    private static void CheckPorts(AnalysisContext context, MeshObject source, ImmutableSortedDictionary<string, string> labels)
    {
        var space = source.Key.Namespace == context.Index.RootNamespace ? null : source.Key.Namespace;
        var services = context.Index.Workloads.Selected(labels, space).SelectMany(w => context.Index.Mesh.Services.Selecting(w.Id.Namespace, w.Labels)).Where(s => s.Entry is null).Distinct().OrderBy(s => s.Name);
        foreach (var service in services)
            foreach (var port in service.Source.SpecAs<Service>().Ports)
                if (PortProtocols.Select(port.Protocol, port.AppProtocol, port.Name, port.Port) is var protocol && !protocol.IsHttp())
                    context.Report(
                        IstioMessages.JwtFailureDueToInvalidServicePortPrefix, source, "spec.selector",
                        $"port {port.Port} (\"{port.Name}\") of Service {service.Name} is {protocol.ToString().ToUpperInvariant()}");
    }
}
