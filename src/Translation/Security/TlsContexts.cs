using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.RawBuffer.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Type.Matcher.V3;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Security;

/// <summary>
/// Transport sockets of the mesh's mutual TLS: TLS 1.3, the workload's own certificate (SDS <c>default</c>) and the roots of
/// the trust domain (SDS <c>ROOTCA</c>). Both sides name whom they accept; a certificate of the trust domain alone is not
/// enough.
/// </summary>
internal static class TlsContexts
{
    private static readonly string[] ServerAlpn = ["istio-h2", "istio-http/1.1", "istio", "h2", "http/1.1"];

    public static TransportSocket Plain() =>
        new() { Name = "envoy.transport_sockets.raw_buffer", TypedConfig = Packing.Pack(new RawBuffer()) };

    /// <summary>Towards endpoints that may only be <paramref name="identities"/>.</summary>
    public static TransportSocket Upstream(string sni, IEnumerable<SubjectAltNameMatcher> identities, IEnumerable<string> alpn)
    {
        var tls = new UpstreamTlsContext { CommonTlsContext = Common(identities, alpn), Sni = sni };
        return new TransportSocket { Name = "envoy.transport_sockets.tls", TypedConfig = Packing.Pack(tls) };
    }

    /// <summary>
    /// For callers that are workloads of the trust domain: agents and replicas have certificates too but no business here. With <paramref name="names"/>
    /// for those alone that have one of them.
    /// </summary>
    public static TransportSocket Downstream(string trustDomain, bool http, params ImmutableArray<string> names)
    {
        var tls = new DownstreamTlsContext
        {
            CommonTlsContext = Common(names.IsDefaultOrEmpty ? [UriPrefix($"spiffe://{trustDomain}/ns/")] : names.Select(Name), http ? ServerAlpn : ["istio"]),
            RequireClientCertificate = true,
        };
        return new TransportSocket { Name = "envoy.transport_sockets.tls", TypedConfig = Packing.Pack(tls) };
    }

    public static SubjectAltNameMatcher Uri(string uri) =>
        new() { SanType = SubjectAltNameMatcher.Types.SanType.Uri, Matcher = new StringMatcher { Exact = uri } };

    /// <summary>As objects write it: an identity, or a DNS name.</summary>
    public static SubjectAltNameMatcher Name(string name) => name.Contains("://", StringComparison.Ordinal)
        ? Uri(name)
        : new SubjectAltNameMatcher { SanType = SubjectAltNameMatcher.Types.SanType.Dns, Matcher = new StringMatcher { Exact = name } };

    public static SubjectAltNameMatcher UriPrefix(string prefix) =>
        new() { SanType = SubjectAltNameMatcher.Types.SanType.Uri, Matcher = new StringMatcher { Prefix = prefix } };

    private static CommonTlsContext Common(IEnumerable<SubjectAltNameMatcher> identities, IEnumerable<string> alpn)
    {
        var expected = new CertificateValidationContext();
        expected.MatchTypedSubjectAltNames.AddRange(identities);
        var context = new CommonTlsContext
        {
            TlsParams = new TlsParameters
            {
                TlsMinimumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv13,
                TlsMaximumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv13,
            },
            CombinedValidationContext = new CommonTlsContext.Types.CombinedCertificateValidationContext
            {
                DefaultValidationContext = expected,
                ValidationContextSdsSecretConfig = Secret("ROOTCA"),
            },
        };
        context.TlsCertificateSdsSecretConfigs.Add(Secret("default"));
        context.AlpnProtocols.AddRange(alpn);
        return context;
    }

    public static SdsSecretConfig Secret(string name) => new() { Name = name, SdsConfig = ConfigSources.Ads() };
}
