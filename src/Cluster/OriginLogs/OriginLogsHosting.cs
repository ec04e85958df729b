using Akka.Hosting;
using Mesh.Cluster.Settings;

namespace Mesh.Cluster.OriginLogs;

internal static class OriginLogsHosting
{
    public static IServiceCollection AddOriginLogs(this IServiceCollection services, ClusterOptions options) => services
        .AddSingleton(new OriginLogsOptions { Replica = options.Name, Address = options.Address })
        .AddSingleton<PeerTable>();

    public static AkkaConfigurationBuilder AddOriginLogs(this AkkaConfigurationBuilder builder, IServiceProvider services) =>
        builder.WithActors((system, registry) => registry.Register<OriginLogsActor>(system.ActorOf(
            OriginLogsActor.Props(
                services.GetRequiredService<OriginLogsOptions>(),
                services.GetRequiredService<PeerTable>(),
                services.GetRequiredService<TimeProvider>()),
            OriginLogsActor.Name)));
}
