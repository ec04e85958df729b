using Akka.Hosting;
using Mesh.Cluster.Certificates;
using Mesh.Cluster.OriginLogs;
using Mesh.Cluster.Registry;
using Mesh.Cluster.Settings;
using Mesh.Core.Snapshots;

namespace Mesh.Cluster.Distribution;

internal static class DistributionHosting
{
    public static IServiceCollection AddDistribution(this IServiceCollection services) => services
        .AddSingleton<ModelFeed>()
        .AddSingleton(provider => new ModelReadiness(provider.GetRequiredService<TimeProvider>(), RegistryActor.Lease));

    public static AkkaConfigurationBuilder AddDistribution(this AkkaConfigurationBuilder builder, IServiceProvider services) =>
        builder.WithActors((system, registry) =>
        {
            var root = services.GetRequiredService<IRootSigner>().Certificate.ExportCertificatePem();
            registry.Register<SnapshotActor>(system.ActorOf(
                SnapshotActor.Props(
                    registry.Get<OriginLogsActor>(),
                    services.GetRequiredService<ModelFeed>(),
                    new TrustBundle(services.GetRequiredService<ClusterOptions>().TrustDomain, [root]),
                    RegistryActor.Lease,
                    services.GetRequiredService<TimeProvider>(),
                    services.GetRequiredService<ILogger<SnapshotActor>>()),
                "snapshot"));
        });
}
