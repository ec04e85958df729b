using Akka.Hosting;
using Mesh.Cluster.Agents;
using Mesh.Cluster.Api;
using Mesh.Cluster.Certificates;
using Mesh.Cluster.Config;
using Mesh.Cluster.Distribution;
using Mesh.Cluster.Listeners;
using Mesh.Cluster.Membership;
using Mesh.Cluster.OriginLogs;
using Mesh.Cluster.Registry;
using Mesh.Cluster.Settings;
using Mesh.Cluster.Telemetry;

namespace Mesh.Cluster;

/// <summary>A replica of the control plane: the index of its features.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        var errors = new List<string>();
        var options = ClusterOptionsLoader.Load(arguments, errors);
        foreach (var error in errors) await Console.Error.WriteLineAsync(error);
        if (options is null || errors.Count > 0) return 2;
        using var host = CreateHost(options);
        await host.RunAsync();
        return Environment.ExitCode;
    }

    /// <summary>The whole replica; <paramref name="configure"/> lets tests replace ports to the outside.</summary>
    public static IHost CreateHost(ClusterOptions options, Action<IServiceCollection>? configure = null)
    {
        JournalDatabase.Prepare(options.Database);
        return new HostBuilder()
            .ConfigureLogging(logging => logging.AddReplicaLogging())
            .ConfigureServices(services =>
            {
                services
                    .AddSingleton(options)
                    .AddSingleton(TimeProvider.System)
                    .Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30))
                    .AddCertificates(options)
                    .AddMembership()
                    .AddOriginLogs(options)
                    .AddConfigLog()
                    .AddDistribution()
                    .AddAgents()
                    .AddApi()
                    .AddSingleton<ClusterMetrics>()
                    .AddAkka(MembershipHosting.SystemName, (akka, provider) => akka
                        .AddMembership(options, provider)
                        .AddOriginLogs(provider)
                        .AddConfigLog(provider)
                        .AddRegistry(provider)
                        .AddDistribution(provider));
                configure?.Invoke(services);
            })
            .ConfigureReplicaListeners(options)
            .Build();
    }
}
