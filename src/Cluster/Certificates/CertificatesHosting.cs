using Mesh.Cluster.Settings;

namespace Mesh.Cluster.Certificates;

internal static class CertificatesHosting
{
    public static IServiceCollection AddCertificates(this IServiceCollection services, ClusterOptions options) => services
        .AddSingleton<JoinTokens>()
        .AddSingleton<CertificateAuthorization>()
        .AddSingleton<IRootSigner>(_ => new FileRootSigner(options.Root))
        .AddSingleton(p => new IssuingAuthority(options.Name, p.GetRequiredService<IRootSigner>(), p.GetRequiredService<TimeProvider>()))
        .AddSingleton(p => new LeafSigner(
            p.GetRequiredService<IssuingAuthority>(), p.GetRequiredService<TimeProvider>(), TimeSpan.FromHours(options.LeafHours)))
        .AddSingleton(p => new PeerVerifier(
            options.TrustDomain, p.GetRequiredService<IRootSigner>().Certificate, p.GetRequiredService<TimeProvider>()))
        .AddSingleton(p => new ReplicaIdentity(ReplicaCertificate.Create(
            options, p.GetRequiredService<IRootSigner>(), p.GetRequiredService<TimeProvider>())));
}
