using System.Security.Cryptography;
using Grpc.Core;
using Istio.V1.Auth;
using Mesh.Cluster.Telemetry;
using Mesh.Core.Identity;

namespace Mesh.Cluster.Certificates;

/// <summary>
/// Istio's signing service. Who asks is authenticated by <see cref="CertificateAuthorization"/>, which also decides the names; the
/// CSR gives only the key. Refusals say nothing outside; the log has the reason.
/// </summary>
internal sealed partial class CertificateService(
    CertificateAuthorization authorization, LeafSigner signer, ClusterMetrics metrics, ILogger<CertificateService> log)
    : IstioCertificateService.IstioCertificateServiceBase
{
    public override async Task<IstioCertificateResponse> CreateCertificate(IstioCertificateRequest request, ServerCallContext context)
    {
        var grant = await authorization.AuthorizeAsync(context);
        if (grant.Identity is not { } identity)
        {
            metrics.CertificatesRefused.Increment();
            Log.Refused(log, context.Peer, grant.Refusal);
            throw new RpcException(new Status(grant.Code, grant.Code == StatusCode.Unauthenticated ? "not authenticated" : "not allowed"));
        }
        return Sign(request, identity, grant.JoinToken);
    }

    private IstioCertificateResponse Sign(IstioCertificateRequest request, SpiffeId identity, string? joinToken)
    {
        try
        {
            TimeSpan? lifetime = request.ValidityDuration is > 0 and < int.MaxValue ? TimeSpan.FromSeconds(request.ValidityDuration) : null;
            var response = new IstioCertificateResponse();
            response.CertChain.AddRange(signer.Sign(request.Csr, identity, lifetime, joinToken));
            metrics.CertificatesSigned.Increment();
            Log.Signed(log, identity);
            return response;
        }
        catch (CryptographicException e)
        {
            metrics.CertificatesRefused.Increment();
            Log.BadRequest(log, identity, e);
            throw new RpcException(new Status(StatusCode.InvalidArgument, "the certificate signing request is not acceptable"));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Signed a certificate for {Identity}")]
        public static partial void Signed(ILogger logger, SpiffeId identity);

        [LoggerMessage(LogLevel.Warning, "Refused to sign for {Peer}: {Reason}")]
        public static partial void Refused(ILogger logger, string peer, string reason);

        [LoggerMessage(LogLevel.Warning, "Refused the signing request for {Identity}")]
        public static partial void BadRequest(ILogger logger, SpiffeId identity, Exception cause);
    }
}
