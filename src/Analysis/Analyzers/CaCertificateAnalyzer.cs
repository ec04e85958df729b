using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources.Networking;

namespace Mesh.Analysis.Analyzers;

/// <summary>TLS towards a host should name whom to trust: the operating system's authorities, in force without, are everybody's.</summary>
internal sealed class CaCertificateAnalyzer : IAnalyzer
{
    public string Name => "destinationrule.CaCertificateAnalyzer";

    public string Description => "DestinationRules with TLS name whom to trust";

    public ImmutableArray<MessageType> Finds =>
        [IstioMessages.NoServerCertificateVerificationDestinationLevel, IstioMessages.NoServerCertificateVerificationPortLevel];

    public void Analyze(AnalysisContext context)
    {
        foreach (var source in context.Index.Of<DestinationRule>())
        {
            var spec = source.SpecAs<DestinationRule>();
            var selects = spec.WorkloadSelector is not null;
            if (IsUnverified(spec.TrafficPolicy?.Tls, selects))
                context.Report(
                    IstioMessages.NoServerCertificateVerificationDestinationLevel, source, "spec.trafficPolicy.tls",
                    $"mode {Mode(spec.TrafficPolicy!.Tls!)} without caCertificates takes any authority that the proxy's machine trusts for {spec.Host}");
            var ports = spec.TrafficPolicy?.PortLevelSettings ?? [];
            for (var i = 0; i < ports.Length; i++)
                if (IsUnverified(ports[i].Tls, selects))
                    context.Report(
                        IstioMessages.NoServerCertificateVerificationPortLevel, source, $"spec.trafficPolicy.portLevelSettings[{i}].tls",
                        $"mode {Mode(ports[i].Tls!)} without caCertificates takes any authority that the proxy's machine trusts for {spec.Host} on port {ports[i].Port?.Number}");
        }
    }

    // A credential counts only where Istio reads it: in rules for chosen workloads.
    private static bool IsUnverified(ClientTlsSettings? tls, bool selects) =>
        tls is { Mode: ClientTlsMode.Simple or ClientTlsMode.Mutual, CaCertificates: "" } && tls.InsecureSkipVerify != true && !(selects && tls.CredentialName.Length > 0);

    private static string Mode(ClientTlsSettings tls) => tls.Mode.ToString().ToUpperInvariant();
}
