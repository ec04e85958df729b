using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Istio.V1.Auth;
using Mesh.Core.Identity;
using Mesh.Sidecar.Discovery;
using Mesh.Sidecar.Hosting;

namespace Mesh.Sidecar.Security;

/// <summary>
/// Keeps the workload's certificate fresh: (1) a new key in memory and its CSR, (2) signed through the agent, (3) checked, (4) swapped in,
/// (5) again at half its life, with jitter. A failed try is repeated with back-off while the certificate in force still serves.
/// </summary>
internal sealed partial class CertificateClient(
    Grpc.Net.Client.GrpcChannel channel, WorkloadIdentity identity, SidecarOptions options, Action onRenewed, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxBackOff = TimeSpan.FromSeconds(10);

    private readonly ReasonLog _said = new();
    private long _renewals;

    public long Renewals => Volatile.Read(ref _renewals);

    public async Task RunAsync(CancellationToken stopping)
    {
        var backOff = FirstBackOff;
        while (!stopping.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                var model = await SignAsync(stopping);
                wait = UntilRenewal(model.Leaf.NotBefore.ToUniversalTime(), model.Leaf.NotAfter.ToUniversalTime(), time.GetUtcNow().UtcDateTime, Random.Shared.NextDouble());
                backOff = FirstBackOff;
                _said.Forget();
                Interlocked.Increment(ref _renewals);
                Log.Installed(log, model.Id, model.Leaf.NotAfter.ToUniversalTime());
                onRenewed();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                if (stopping.IsCancellationRequested) return;
                var reason = AgentFailure.Describe(e, options.AgentSocket);
                Log.Failed(log, _said.LevelFor(reason), reason);
                wait = backOff * (0.5 + Random.Shared.NextDouble());
                backOff = TimeSpan.FromTicks(Math.Min(MaxBackOff.Ticks, backOff.Ticks * 2));
            }
            await Task.Delay(wait, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Half of the life, less up to a tenth of it, so that a fleet started together does not renew together.</summary>
    internal static TimeSpan UntilRenewal(DateTime notBefore, DateTime notAfter, DateTime now, double random)
    {
        var life = notAfter - notBefore;
        var due = notBefore + life * (0.5 - 0.1 * random);
        return due > now ? due - now : TimeSpan.FromSeconds(1);
    }

    private async Task<IdentityModel> SignAsync(CancellationToken stopping)
    {
        // (1) The names in the CSR count for nothing: the answer's come from who we are to the agent.
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var csr = new CertificateRequest("O=" + options.TrustDomain, key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        // (2)
        var token = (await File.ReadAllTextAsync(options.TokenFile, stopping)).Trim();
        var metadata = new Metadata { { "authorization", $"Bearer {token}" }, { "mesh-workload", $"{options.Namespace}/{options.Name}" } };
        var deadline = time.GetUtcNow().UtcDateTime + TimeSpan.FromSeconds(10);
        var answer = await new IstioCertificateService.IstioCertificateServiceClient(channel)
            .CreateCertificateAsync(new IstioCertificateRequest { Csr = csr }, metadata, deadline, stopping);
        // (3)
        var (model, root) = Read(answer.CertChain, key);
        // (4)
        identity.Install(model, root);
        return model;
    }

    private (IdentityModel Model, X509Certificate2 Root) Read(IReadOnlyList<string> pems, ECDsa key)
    {
        var all = new X509Certificate2Collection();
        foreach (var pem in pems) all.ImportFromPem(pem);
        if (all.Count < 2) throw new InvalidOperationException("the certificate authority's answer holds no chain");
        var names = SubjectNames.Of(all[0]);
        var expected = SpiffeId.ForWorkload(options.TrustDomain, options.Namespace, options.ServiceAccount);
        if (names.Uris.Count != 1 || names.Uris[0] != expected.ToString())
            throw new InvalidOperationException($"the certificate is for {string.Join(", ", names.Uris)}, not {expected}");
        var chain = new X509Certificate2Collection();
        for (var i = 1; i < all.Count - 1; i++) chain.Add(all[i]);
        return (new IdentityModel(expected, all[0].CopyWithPrivateKey(key), chain), all[^1]);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "certificate for {Id} valid until {NotAfter:u}")]
        public static partial void Installed(ILogger logger, SpiffeId id, DateTime notAfter);

        [LoggerMessage(EventId = 2, Message = "no new certificate: {Reason}")]
        public static partial void Failed(ILogger logger, LogLevel level, string reason);
    }
}
