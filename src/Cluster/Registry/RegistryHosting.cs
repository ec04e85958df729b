using Akka.Hosting;
using Mesh.Cluster.OriginLogs;
using Mesh.Cluster.Settings;

namespace Mesh.Cluster.Registry;

internal static class RegistryHosting
{
    public static AkkaConfigurationBuilder AddRegistry(this AkkaConfigurationBuilder builder, IServiceProvider services) =>
        builder.WithActors((system, registry) => registry.Register<RegistryActor>(system.ActorOf(
            RegistryActor.Props(
                services.GetRequiredService<ClusterOptions>().Name,
                registry.Get<OriginLogsActor>(),
                services.GetRequiredService<TimeProvider>()),
            "registry")));
}
