using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;
using Mesh.Core.Resources.Security;
using Mesh.Translation.Clusters;
using Mesh.Translation.Hosts;
using Mesh.Translation.Indexing;

namespace Mesh.Analysis.Analyzers;

/// <summary>What callers are told about TLS must be what the workloads accept.</summary>
internal sealed class MutualTlsAnalyzer : IAnalyzer
{
    public string Name => "destinationrule.MTLSAnalyzer";

    public string Description => "DestinationRules and PeerAuthentications agree about mutual TLS";

    public ImmutableArray<MessageType> Finds => [IstioMessages.MtlsPolicyConflict, MeshMessages.MutualTlsWithoutSidecar];

    public void Analyze(AnalysisContext context)
    {
        foreach (var source in context.Index.Of<DestinationRule>())
        {
            var spec = source.SpecAs<DestinationRule>();
            if (spec.TrafficPolicy is null || context.Index.Hosts.Find(HostName.Resolve(spec.Host, source.Key.Namespace))?.Service is not { } service) continue;
            foreach (var port in service.Ports)
            {
                if (EffectivePolicy.For(spec.TrafficPolicy, null, port.Number).Tls is not { } tls || tls.Mode is ClientTlsMode.Simple or ClientTlsMode.Mutual) continue;
                if (Check(context, source, service, port, tls.Mode)) break;
            }
        }
    }

    private static bool Check(AnalysisContext context, MeshObject source, ServiceModel service, ServicePortModel port, ClientTlsMode mode)
    {
        foreach (var workload in context.Index.Mesh.Endpoints.Of(service.Name).Values)
        {
            if (!workload.HasSidecar)
            {
                if (mode != ClientTlsMode.IstioMutual) continue;
                context.Report(
                    MeshMessages.MutualTlsWithoutSidecar, source, "spec.trafficPolicy",
                    $"callers of {service.Host}:{port.Number} are told ISTIO_MUTUAL, and workload {workload.Id} has no sidecar");
                return true;
            }

            var policy = context.Index.Mesh.PeerAuthentications.For(workload.Id.Namespace, workload.Labels);
            var accepted = policy.Mode(port.TargetPort);
            if (accepted != (mode == ClientTlsMode.Disable ? MutualTlsMode.Strict : MutualTlsMode.Disable)) continue;
            var told = mode == ClientTlsMode.Disable ? "plain text" : "mutual TLS";
            context.Report(
                IstioMessages.MtlsPolicyConflict, source, "spec.trafficPolicy",
                $"callers of {service.Host}:{port.Number} are told to use {told}, and workload {workload.Id} accepts only {(accepted == MutualTlsMode.Strict ? "mutual TLS" : "plain text")}" +
                $" by PeerAuthentication {string.Join(", ", policy.Sources.Select(k => $"{k.Namespace}/{k.Name}"))}");
            return true;
        }

        return false;
    }
}
