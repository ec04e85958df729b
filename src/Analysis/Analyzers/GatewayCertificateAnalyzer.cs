using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;

namespace Mesh.Analysis.Analyzers;

/// <summary>One certificate in several Gateways of the same proxies makes HTTP/2 clients reuse a connection for the wrong one.</summary>
internal sealed class GatewayCertificateAnalyzer : IAnalyzer
{
    public string Name => "gateway.CertificateAnalyzer";

    public string Description => "No certificate is used by several Gateways of the same proxies";

    public ImmutableArray<MessageType> Finds => [IstioMessages.GatewayDuplicateCertificate];

    public void Analyze(AnalysisContext context)
    {
        var uses = context.Index.Of<Gateway>().SelectMany(Uses).ToList();
        foreach (var certificate in uses.GroupBy(u => u.Certificate, StringComparer.Ordinal))
        {
            var gateways = certificate.DistinctBy(u => u.Source.Key).ToList();
            if (gateways.Count < 2) continue;
            foreach (var use in certificate.DistinctBy(u => u.Source.Key))
            {
                // As Istio: the proxies that this Gateway selects, or some of them, are the other's too.
                var others = gateways.Where(o => o.Source.Key != use.Source.Key && SelectorsOverlap.SubsetEither(use.Source.SpecAs<Gateway>().Selector, o.Source.SpecAs<Gateway>().Selector))
                    .Select(o => $"{o.Source.Key.Namespace}/{o.Source.Key.Name}").Order(StringComparer.Ordinal).ToList();
                if (others.Count > 0)
                    context.Report(IstioMessages.GatewayDuplicateCertificate, use.Source, use.Path, $"Gateway {Listed.Of(others)} uses the same certificate for the same proxies");
            }
        }
    }

    private static IEnumerable<(string Certificate, MeshObject Source, string Path)> Uses(MeshObject source)
    {
        var servers = source.SpecAs<Gateway>().Servers;
        for (var i = 0; i < servers.Length; i++)
        {
            if (servers[i].Tls is not { } tls) continue;
            if (tls.CredentialName.Length > 0) yield return ("secret " + tls.CredentialName, source, $"spec.servers[{i}].tls.credentialName");
            else if (tls.ServerCertificate.Length > 0 && tls.PrivateKey.Length > 0)
                yield return ($"file {tls.ServerCertificate} {tls.PrivateKey}", source, $"spec.servers[{i}].tls.serverCertificate");
        }
    }
}
