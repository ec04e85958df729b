using System.Net.Security;
using System.Security.Authentication;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Type.Matcher.V3;
using Mesh.Protocol;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Security.Files;
using Validation = Envoy.Extensions.TransportSockets.Tls.V3.CommonTlsContext.ValidationContextTypeOneofCase;
using XdsTls = Envoy.Extensions.TransportSockets.Tls.V3.TlsParameters.Types.TlsProtocol;

namespace Mesh.Sidecar.Discovery;

/// <summary>
/// Reads transport sockets. The mesh has one certificate (<c>default</c>, the proxy's own) and one trust bundle (<c>ROOTCA</c>); servers for callers
/// outside of it name files.
/// </summary>
internal static class TlsDecoder
{
    public const string OwnCertificate = "default";
    public const string TrustBundle = "ROOTCA";
    private const string RawBuffer = "envoy.transport_sockets.raw_buffer";

    public static UpstreamTlsModel? Upstream(TransportSocket? socket, CertificateFiles files, UpstreamHttpProtocolOptions? http)
    {
        if (IsPlain(socket)) return null;
        if (socket!.TypedConfig.TypeUrl != TypeUrls.UpstreamTlsContext) throw InvalidResourceException.Unsupported($"transport socket {socket.TypedConfig.TypeUrl}");
        var context = UpstreamTlsContext.Parser.ParseFrom(socket.TypedConfig.Value);
        EnforcedFields.Check(context);
        var common = context.CommonTlsContext ?? new CommonTlsContext();
        RefuseForeign(common);
        if (!UsesBundle(common)) return OriginatedTlsDecoder.Decode(context, files, http, Protocols(common.TlsParams));
        RefuseInline(common);
        return new UpstreamTlsModel(context.Sni, PeerNames(common), Protocols(common.TlsParams), UsesOwnCertificate(common));
    }

    public static DownstreamTlsModel? Downstream(TransportSocket? socket, CredentialFiles files)
    {
        if (IsPlain(socket)) return null;
        if (socket!.TypedConfig.TypeUrl != TypeUrls.DownstreamTlsContext) throw InvalidResourceException.Unsupported($"transport socket {socket.TypedConfig.TypeUrl}");
        var context = DownstreamTlsContext.Parser.ParseFrom(socket.TypedConfig.Value);
        EnforcedFields.Check(context);
        var common = context.CommonTlsContext ?? new CommonTlsContext();
        RefuseInline(common);
        var requiresClient = context.RequireClientCertificate ?? false;
        if (common.TlsCertificateSdsSecretConfigs is [{ Name: not OwnCertificate }, ..]) return Serving(common, requiresClient, files);
        if (!UsesOwnCertificate(common)) throw InvalidResourceException.Unsupported("a server certificate other than SDS secrets");
        RefuseForeign(common);
        if (requiresClient && !UsesBundle(common)) throw InvalidResourceException.Unsupported("client certificates that are not verified against ROOTCA");
        return new DownstreamTlsModel(requiresClient, PeerNames(common), Alpn(common), Protocols(common.TlsParams));
    }

    private static DownstreamTlsModel Serving(CommonTlsContext common, bool requiresClient, CredentialFiles files)
    {
        var certificates = common.TlsCertificateSdsSecretConfigs
            .Select(s => files.Certificate(s.Name) ?? throw InvalidResourceException.Unsupported($"SDS certificate '{s.Name}'")).ToArray();
        var alpn = common.AlpnProtocols.Select(name => new SslApplicationProtocol(name)).ToList();
        return new DownstreamTlsModel(requiresClient, PeerNames(common), alpn, Protocols(common.TlsParams))
        {
            Server = new ServerTlsModel(certificates, Clients(common, requiresClient, files), CipherSuiteNames.Policy(common.TlsParams?.CipherSuites ?? [])),
        };
    }

    private static ClientTlsModel? Clients(CommonTlsContext common, bool required, CredentialFiles files)
    {
        if (AuthoritiesOf(common) is not { } name)
            return required ? throw InvalidResourceException.Unsupported("client certificates that are not verified against authorities") : null;
        var expected = common.CombinedValidationContext?.DefaultValidationContext;
        var crl = expected?.Crl?.Filename;
        if (expected?.Crl is not null && string.IsNullOrEmpty(crl)) throw InvalidResourceException.Unsupported("a crl that is not in a file");
        var authorities = files.Authorities(name, crl) ?? throw InvalidResourceException.Unsupported($"SDS authorities '{name}'");
        return new ClientTlsModel(authorities)
        {
            IsRequired = required,
            CertificateHashes = [.. (expected?.VerifyCertificateHash ?? []).Select(h => Hash(() => Convert.FromHexString(h.Replace(":", "", StringComparison.Ordinal)), h))],
            KeyHashes = [.. (expected?.VerifyCertificateSpki ?? []).Select(h => Hash(() => Convert.FromBase64String(h), h))],
        };
    }

    private static byte[] Hash(Func<byte[]> read, string text)
    {
        try
        {
            if (read() is { Length: 32 } hash) return hash;
        }
        catch (FormatException e)
        {
            throw new InvalidResourceException($"'{text}' is not a SHA-256 hash: {e.Message}");
        }
        throw new InvalidResourceException($"'{text}' is not a SHA-256 hash");
    }

    // What the mesh's own TLS has no use for must not seem to be in force.
    private static void RefuseForeign(CommonTlsContext common)
    {
        InvalidResourceException.ThrowIf(common.TlsParams?.CipherSuites.Count > 0, "cipher_suites of the mesh's own TLS");
        var expected = common.ValidationContextTypeCase == Validation.CombinedValidationContext ? common.CombinedValidationContext.DefaultValidationContext : null;
        InvalidResourceException.ThrowIf(expected is { VerifyCertificateSpki.Count: > 0 } or { VerifyCertificateHash.Count: > 0 } or { Crl: not null } or { SystemRootCerts: not null }, "hashes, revocation lists and system roots for the mesh's own TLS");
    }

    private static void RefuseInline(CommonTlsContext common)
    {
        InvalidResourceException.ThrowIf(common.TlsCertificates.Count > 0, "tls_certificates beside SDS secrets");
        InvalidResourceException.ThrowIf(common.ValidationContextTypeCase == Validation.ValidationContext, "a validation_context that is not of SDS secrets");
    }

    private static bool IsPlain(TransportSocket? socket) =>
        socket is null || socket.Name == RawBuffer
        || (socket.TypedConfig?.TypeUrl.EndsWith("raw_buffer.v3.RawBuffer", StringComparison.Ordinal) ?? true);

    private static bool UsesOwnCertificate(CommonTlsContext common)
    {
        foreach (var secret in common.TlsCertificateSdsSecretConfigs)
            if (secret.Name != OwnCertificate) throw InvalidResourceException.Unsupported($"SDS certificate '{secret.Name}'");
        return common.TlsCertificateSdsSecretConfigs.Count > 0;
    }

    private static bool UsesBundle(CommonTlsContext common) => AuthoritiesOf(common) == TrustBundle;

    private static string? AuthoritiesOf(CommonTlsContext common)
    {
        var secret = common.ValidationContextTypeCase switch
        {
            Validation.ValidationContextSdsSecretConfig => common.ValidationContextSdsSecretConfig,
            Validation.CombinedValidationContext => common.CombinedValidationContext.ValidationContextSdsSecretConfig,
            _ => null,
        };
        return secret?.Name;
    }

    private static List<SanMatcher> PeerNames(CommonTlsContext common) =>
        common is { ValidationContextTypeCase: Validation.CombinedValidationContext, CombinedValidationContext.DefaultValidationContext: { } context } ? Names(context) : [];

    /// <summary>The names of which a certificate must bear one; <paramref name="withAddresses"/> says whether addresses may be among them.</summary>
    public static List<SanMatcher> Names(CertificateValidationContext context, bool withAddresses = false)
    {
        var names = new List<SanMatcher>();
        foreach (var san in context.MatchTypedSubjectAltNames)
        {
            var isAddress = withAddresses && san is { SanType: SubjectAltNameMatcher.Types.SanType.IpAddress, Matcher.MatchPatternCase: StringMatcher.MatchPatternOneofCase.Exact };
            if (!isAddress && san.SanType is not (SubjectAltNameMatcher.Types.SanType.Uri or SubjectAltNameMatcher.Types.SanType.Dns))
                throw InvalidResourceException.Unsupported($"subject alternative names of type {san.SanType}");
            names.Add(new SanMatcher(san.SanType == SubjectAltNameMatcher.Types.SanType.Uri, MatcherDecoder.String(san.Matcher)));
        }
        foreach (var matcher in context.MatchSubjectAltNames)
        {
            names.Add(new SanMatcher(true, MatcherDecoder.String(matcher)));
            names.Add(new SanMatcher(false, MatcherDecoder.String(matcher)));
        }
        return names;
    }

    // OpenSSL refuses a handshake whose lists do not meet: what this mesh's own peers offer is always among ours.
    private static List<SslApplicationProtocol> Alpn(CommonTlsContext common)
    {
        var protocols = new List<SslApplicationProtocol>();
        foreach (var name in common.AlpnProtocols) protocols.Add(new SslApplicationProtocol(name));
        foreach (var own in TlsHandshakes.AllProtocols)
            if (!protocols.Contains(own)) protocols.Add(own);
        return protocols;
    }

    // TLS 1.0 and 1.1 are not spoken (RFC 8996).
    private static SslProtocols Protocols(TlsParameters? parameters)
    {
        if (parameters is null) return SslProtocols.Tls12 | SslProtocols.Tls13;
        var min = parameters.TlsMinimumProtocolVersion;
        var max = parameters.TlsMaximumProtocolVersion;
        var protocols = SslProtocols.None;
        if (min <= XdsTls.Tlsv12 && max is (XdsTls.TlsAuto or XdsTls.Tlsv12 or XdsTls.Tlsv13)) protocols |= SslProtocols.Tls12;
        if (max is XdsTls.TlsAuto or XdsTls.Tlsv13) protocols |= SslProtocols.Tls13;
        return protocols == SslProtocols.None ? throw InvalidResourceException.Unsupported($"TLS {min}-{max}") : protocols;
    }
}
