using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Type.Matcher.V3;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;
using Mesh.Translation.Indexing;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Security;

/// <summary>
/// Transport sockets of modes SIMPLE and MUTUAL: certificates are files of the proxy, and the server proves the name that was asked for. Which that is, HTTP takes from
/// each request's Host; elsewhere it is the host of the rule.
/// </summary>
internal static class OriginatedTls
{
    public static TransportSocket Build(ClientTlsSettings tls, ServiceModel service, PortProtocol protocol, HttpSettings? settings)
    {
        var common = new CommonTlsContext
        {
            // Envoy's own minimum towards upstreams.
            TlsParams = new TlsParameters
            {
                TlsMinimumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv12,
                TlsMaximumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv13,
            },
        };
        if (tls.Mode == ClientTlsMode.Mutual)
            common.TlsCertificates.Add(new Envoy.Extensions.TransportSockets.Tls.V3.TlsCertificate { CertificateChain = File(tls.ClientCertificate), PrivateKey = File(tls.PrivateKey) });
        if (tls.InsecureSkipVerify != true) common.ValidationContext = Verified(tls, service, protocol.IsHttp());
        if (IsHttp2(protocol, settings)) common.AlpnProtocols.Add("h2");
        var context = new UpstreamTlsContext { CommonTlsContext = common, Sni = tls.Sni.Length > 0 || protocol.IsHttp() ? tls.Sni : NameOf(service) };
        return new TransportSocket { Name = "envoy.transport_sockets.tls", TypedConfig = Packing.Pack(context) };
    }

    /// <summary>What is taken from each request's Host; null for nothing.</summary>
    public static UpstreamHttpProtocolOptions? ByHost(ClientTlsSettings? tls, ServiceModel service) =>
        tls is { Mode: ClientTlsMode.Simple or ClientTlsMode.Mutual, Sni.Length: 0 }
            ? new UpstreamHttpProtocolOptions { AutoSni = true, AutoSanValidation = tls.InsecureSkipVerify != true && Names(tls, service).IsDefaultOrEmpty }
            : null;

    private static CertificateValidationContext Verified(ClientTlsSettings tls, ServiceModel service, bool isHttp)
    {
        var context = new CertificateValidationContext();
        if (tls.CaCertificates.Length > 0) context.TrustedCa = File(tls.CaCertificates);
        else context.SystemRootCerts = new CertificateValidationContext.Types.SystemRootCerts();
        if (tls.CaCrl.Length > 0) context.Crl = File(tls.CaCrl);
        var names = Names(tls, service);
        if (!names.IsDefaultOrEmpty) context.MatchTypedSubjectAltNames.AddRange(names.Select(Name));
        // Where no request's Host is to be proven, what was asked for is.
        else if (tls.Sni.Length > 0) context.MatchTypedSubjectAltNames.Add(Name(tls.Sni));
        else if (!isHttp && NameOf(service) is { Length: > 0 } host) context.MatchTypedSubjectAltNames.Add(Name(host));
        return context;
    }

    private static System.Collections.Immutable.ImmutableArray<string> Names(ClientTlsSettings tls, ServiceModel service) =>
        tls.SubjectAltNames.IsDefaultOrEmpty ? service.Entry?.SubjectAltNames ?? [] : tls.SubjectAltNames;

    private static SubjectAltNameMatcher Name(string name) => System.Net.IPAddress.TryParse(name, out _)
        ? new SubjectAltNameMatcher { SanType = SubjectAltNameMatcher.Types.SanType.IpAddress, Matcher = new StringMatcher { Exact = name } }
        : TlsContexts.Name(name);

    // A wildcard is no name to ask for.
    private static string NameOf(ServiceModel service) => HostName.IsWildcard(service.Host) ? "" : service.Host;

    private static bool IsHttp2(PortProtocol protocol, HttpSettings? settings) => protocol.IsHttp() && settings?.UseClientProtocol != true
        && (protocol.IsHttp2() || settings?.H2UpgradePolicy == H2UpgradePolicy.Upgrade);

    private static DataSource File(string path) => new() { Filename = path };
}
