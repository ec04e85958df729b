using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Pattern;
using Mesh.Cluster.OriginLogs;

namespace Mesh.Cluster.Config;

internal static class ConfigLogHosting
{
    public static IServiceCollection AddConfigLog(this IServiceCollection services) => services.AddSingleton<ConfigWriter>();

    /// <summary>The singleton and, under the same key, its proxy.</summary>
    public static AkkaConfigurationBuilder AddConfigLog(this AkkaConfigurationBuilder builder, IServiceProvider services) =>
        builder.WithSingleton<ConfigLogActor>("config-log", (_, registry, _) =>
        {
            var log = ConfigLogActor.Props(
                registry.Get<OriginLogsActor>(),
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<ConfigLogActor>>());
            // A fenced log stops; without somebody to start it again the singleton would be gone until the next failover.
            return BackoffSupervisor.Props(Backoff.OnStop(
                log, "log", TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5), 0.2, -1));
        }, new ClusterSingletonOptions { Role = "cp", LogSingletonIdentificationFailure = false });
}
