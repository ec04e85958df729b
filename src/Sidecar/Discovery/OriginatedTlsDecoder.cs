using System.Security.Authentication;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Security.Files;
using Validation = Envoy.Extensions.TransportSockets.Tls.V3.CommonTlsContext.ValidationContextTypeOneofCase;

namespace Mesh.Sidecar.Discovery;

/// <summary>
/// Reads TLS towards servers that are not the mesh's: certificate, key, authorities and revocation lists in files of this machine. Files are not looked at here: one
/// that is not there yet fails connections, never the configuration. As in Envoy, a server is verified only where there is something to verify it against.
/// </summary>
internal static class OriginatedTlsDecoder
{
    public static UpstreamTlsModel Decode(UpstreamTlsContext context, CertificateFiles files, UpstreamHttpProtocolOptions? http, SslProtocols protocols)
    {
        var common = context.CommonTlsContext ?? new CommonTlsContext();
        InvalidResourceException.ThrowIf(common.TlsCertificateSdsSecretConfigs.Count > 0, "a certificate by SDS for a server that is not verified against ROOTCA");
        InvalidResourceException.ThrowIf(common.TlsCertificates.Count > 1, "more than one of tls_certificates");
        var validation = common.ValidationContextTypeCase switch
        {
            Validation.None => new CertificateValidationContext(),
            Validation.ValidationContext => common.ValidationContext,
            _ => throw InvalidResourceException.Unsupported($"{common.ValidationContextTypeCase} other than ROOTCA"),
        };
        InvalidResourceException.ThrowIf(validation.VerifyCertificateHash.Count + validation.VerifyCertificateSpki.Count > 0, "hashes of a server's certificate");
        var isVerified = validation.TrustedCa is not null || validation.SystemRootCerts is not null;
        var names = TlsDecoder.Names(validation, withAddresses: true);
        InvalidResourceException.ThrowIf(!isVerified && (names.Count > 0 || validation.Crl is not null), "names or revocation lists without trusted_ca or system_root_certs");
        var crl = validation.Crl is { } list ? FileOf(list, "crl") : null;
        return new UpstreamTlsModel(context.Sni, names, protocols, PresentCertificate: common.TlsCertificates.Count > 0)
        {
            Originated = new OriginatedTlsModel
            {
                Client = common.TlsCertificates is [var own] ? files.KeyPair(FileOf(own.CertificateChain, "certificate_chain"), FileOf(own.PrivateKey, "private_key")) : null,
                IsVerified = isVerified,
                Roots = validation.TrustedCa is { } roots ? files.Roots(FileOf(roots, "trusted_ca"), crl) : null,
                Revocations = crl is not null && validation.TrustedCa is null ? files.Revocations(crl) : null,
                AsksForHost = context.Sni.Length == 0 && http is { AutoSni: true },
                ProvesHost = isVerified && http is { AutoSanValidation: true },
            },
        };
    }

    private static string FileOf(DataSource? source, string field) => source is { SpecifierCase: DataSource.SpecifierOneofCase.Filename, Filename: { Length: > 0 } path }
        ? path : throw InvalidResourceException.Unsupported($"{field} that is not a file");
}
