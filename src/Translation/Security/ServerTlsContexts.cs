using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Type.Matcher.V3;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Wire;
using TlsVersion = Envoy.Extensions.TransportSockets.Tls.V3.TlsParameters.Types.TlsProtocol;
using XdsValidation = Envoy.Extensions.TransportSockets.Tls.V3.CertificateValidationContext;

namespace Mesh.Translation.Security;

/// <summary>
/// Transport sockets of servers that end TLS for callers outside of the mesh. Certificates are named, never carried: <c>file-cert:CERTIFICATE~KEY</c>
/// and <c>file-root:FILE</c> are files of the proxy's machine, <c>kubernetes://NAME</c> and <c>kubernetes://NAME-cacert</c> a directory below that of its
/// credentials, all as Istio names them.
/// </summary>
internal static class ServerTlsContexts
{
    private static readonly string[] HttpAlpn = ["h2", "http/1.1"];

    /// <param name="tls">Of a mode that ends TLS.</param>
    /// <param name="trustDomain">For ISTIO_MUTUAL.</param>
    /// <param name="http">Whether HTTP is spoken behind it.</param>
    public static TransportSocket Create(ServerTlsSettings tls, string trustDomain, bool http)
    {
        if (tls.Mode == ServerTlsMode.IstioMutual) return TlsContexts.Downstream(trustDomain, http, tls.SubjectAltNames);
        var common = new CommonTlsContext { TlsParams = Parameters(tls) };
        foreach (var name in Certificates(tls)) common.TlsCertificateSdsSecretConfigs.Add(TlsContexts.Secret(name));
        // Who speaks through TLS that is not HTTP is asked for no protocol: a list that has none of the client's would refuse it.
        if (http) common.AlpnProtocols.AddRange(HttpAlpn);
        if (tls.Mode != ServerTlsMode.Simple)
            common.CombinedValidationContext = new CommonTlsContext.Types.CombinedCertificateValidationContext
            {
                DefaultValidationContext = Clients(tls),
                ValidationContextSdsSecretConfig = TlsContexts.Secret(Authorities(tls)),
            };
        var context = new DownstreamTlsContext { CommonTlsContext = common, RequireClientCertificate = tls.Mode == ServerTlsMode.Mutual };
        return new TransportSocket { Name = "envoy.transport_sockets.tls", TypedConfig = Packing.Pack(context) };
    }

    private static IEnumerable<string> Certificates(ServerTlsSettings tls)
    {
        if (tls.CredentialName.Length > 0) return [$"kubernetes://{tls.CredentialName}"];
        if (!tls.CredentialNames.IsDefaultOrEmpty) return tls.CredentialNames.Select(n => $"kubernetes://{n}");
        if (!tls.TlsCertificates.IsDefaultOrEmpty) return tls.TlsCertificates.Select(c => $"file-cert:{c.ServerCertificate}~{c.PrivateKey}");
        return [$"file-cert:{tls.ServerCertificate}~{tls.PrivateKey}"];
    }

    private static string Authorities(ServerTlsSettings tls)
    {
        if (tls.CaCertCredentialName.Length > 0) return $"kubernetes://{tls.CaCertCredentialName}-cacert";
        if (tls.CredentialName.Length > 0) return $"kubernetes://{tls.CredentialName}-cacert";
        return tls.CredentialNames.IsDefaultOrEmpty ? $"file-root:{tls.CaCertificates}" : $"kubernetes://{tls.CredentialNames[0]}-cacert";
    }

    private static XdsValidation Clients(ServerTlsSettings tls)
    {
        var context = new XdsValidation();
        context.MatchSubjectAltNames.AddRange(tls.SubjectAltNames.Select(n => new StringMatcher { Exact = n }));
        context.VerifyCertificateSpki.AddRange(tls.VerifyCertificateSpki);
        context.VerifyCertificateHash.AddRange(tls.VerifyCertificateHash);
        if (tls.CaCrl.Length > 0) context.Crl = new DataSource { Filename = tls.CaCrl };
        return context;
    }

    // As for Envoy's servers, 1.2 is the oldest without being asked.
    private static TlsParameters Parameters(ServerTlsSettings tls)
    {
        var parameters = new TlsParameters
        {
            TlsMinimumProtocolVersion = tls.MinProtocolVersion == TlsProtocol.TlsAuto ? TlsVersion.Tlsv12 : Version(tls.MinProtocolVersion),
            TlsMaximumProtocolVersion = Version(tls.MaxProtocolVersion),
        };
        parameters.CipherSuites.AddRange(tls.CipherSuites);
        return parameters;
    }

    private static TlsVersion Version(TlsProtocol version) => version switch
    {
        TlsProtocol.Tls10 => TlsVersion.Tlsv10,
        TlsProtocol.Tls11 => TlsVersion.Tlsv11,
        TlsProtocol.Tls12 => TlsVersion.Tlsv12,
        TlsProtocol.Tls13 => TlsVersion.Tlsv13,
        _ => TlsVersion.TlsAuto,
    };
}
