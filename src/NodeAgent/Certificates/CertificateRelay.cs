using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Istio.V1.Auth;
using Mesh.Core.Identity;
using Mesh.NodeAgent.ControlPlane;
using Mesh.NodeAgent.Workloads;

namespace Mesh.NodeAgent.Certificates;

/// <summary>
/// Passes a local proxy's signing request to a replica: 1. who asks is known by the token that its registration names, 2. the
/// request goes up under the agent's own certificate with the names of that registration, 3. the chain comes back untouched.
/// What the caller is told about a refusal says nothing; the log says all.
/// </summary>
internal sealed partial class CertificateRelay(
    LocalWorkloads workloads, WorkloadsDirectory directory, ControlPlaneLink link, AgentMetrics metrics, TimeProvider time, ILogger<CertificateRelay> logger)
    : IstioCertificateService.IstioCertificateServiceBase
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly byte[] NoToken = new byte[SHA256.HashSizeInBytes];

    public override async Task<IstioCertificateResponse> CreateCertificate(IstioCertificateRequest request, ServerCallContext context)
    {
        var registration = Authenticate(context.RequestHeaders);
        var headers = new Metadata
        {
            { "mesh-workload", registration.Id.ToString() }, { "mesh-service-account", registration.ServiceAccount },
        };
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.CancellationToken);
        while (true)
        {
            try
            {
                var channel = await link.Attachment.WaitAsync(cancellation.Token);
                return await RelayAsync(channel, request, headers, registration, cancellation.Token);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable && link.Replica is null && !cancellation.IsCancellationRequested)
            {
                // The replica went away under the call: the next attachment gets it.
                Log.Repeated(logger, registration.Id, e.Status.Detail);
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException)
            {
                Log.Failed(logger, registration.Id, e);
                throw new RpcException(e is RpcException { StatusCode: StatusCode.PermissionDenied or StatusCode.Unauthenticated or StatusCode.InvalidArgument } refused
                    ? new Status(refused.StatusCode, "the certificate was refused") : new Status(StatusCode.Unavailable, "no certificate can be signed now"));
            }
        }
    }

    private async Task<IstioCertificateResponse> RelayAsync(
        GrpcChannel channel, IstioCertificateRequest request, Metadata headers, Registration registration, CancellationToken cancellation)
    {
        var response = await new IstioCertificateService.IstioCertificateServiceClient(channel).CreateCertificateAsync(request, headers, null, cancellation);
        metrics.CertificateRelayed();
        Log.Relayed(logger, registration.Id, registration.ServiceAccount);
        return response;
    }

    private Registration Authenticate(Metadata headers)
    {
        var workload = headers.GetValue("mesh-workload");
        var authorization = headers.GetValue("authorization") ?? "";
        var token = authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? authorization["Bearer ".Length..].Trim() : "";
        var registration = WorkloadId.TryParse(workload, out var id) ? Find(id) : null;
        // The comparison runs whether or not there is something to compare with, so that timing does not tell who is registered.
        var expected = registration is { TokenSha256.Length: SHA256.HashSizeInBytes } ? registration.TokenSha256.AsSpan() : NoToken;
        var shown = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        if (CryptographicOperations.FixedTimeEquals(shown, expected) && registration is not null && token.Length > 0) return registration;
        metrics.CertificateRefused();
        Log.Refused(logger, workload ?? "(none)", registration is null ? "it is not registered here" : "the token does not match");
        throw new RpcException(new Status(StatusCode.Unauthenticated, "not authenticated"));
    }

    private Registration? Find(WorkloadId id)
    {
        if (workloads.Current.TryGetValue(id, out var local)) return local.Registration;
        directory.Scan();
        return workloads.Current.GetValueOrDefault(id)?.Registration;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Certificate for {Workload} (service account {ServiceAccount}) relayed")]
        public static partial void Relayed(ILogger logger, WorkloadId workload, string serviceAccount);

        [LoggerMessage(2, LogLevel.Warning, "Certificate for {Workload} refused: {Reason}")]
        public static partial void Refused(ILogger logger, string workload, string reason);

        [LoggerMessage(3, LogLevel.Error, "Certificate for {Workload} could not be signed")]
        public static partial void Failed(ILogger logger, WorkloadId workload, Exception exception);

        [LoggerMessage(4, LogLevel.Information, "Certificate request of {Workload} is repeated at another replica: {Reason}")]
        public static partial void Repeated(ILogger logger, WorkloadId workload, string reason);
    }
}
