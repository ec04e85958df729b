using System.Net;
using Akka.Actor;
using AkkaConfig = Akka.Configuration.Config;
using Akka.Hosting;
using Akka.Persistence.Sql;
using Mesh.Cluster.Certificates;
using Mesh.Cluster.Config;
using Mesh.Cluster.Membership.Bootstrap;
using Mesh.Cluster.Membership.Remoting;
using Mesh.Cluster.Messaging;
using Mesh.Cluster.Settings;

namespace Mesh.Cluster.Membership;

/// <summary>Akka itself: remoting over mutual TLS, cluster, serialization, journal, and how this replica joins.</summary>
internal static partial class MembershipHosting
{
    /// <summary>The actor system's name; part of every address, so the same on all replicas.</summary>
    public const string SystemName = "mesh";

    /// <summary>What discovery is asked for.</summary>
    public const string ServiceName = "mesh";

    public static IServiceCollection AddMembership(this IServiceCollection services) => services
        .AddSingleton(_ => new ContactProber(new HttpClient(new SocketsHttpHandler { UseProxy = false })))
        .AddHostedService<DowningExit>();

    public static AkkaConfigurationBuilder AddMembership(
        this AkkaConfigurationBuilder builder, ClusterOptions options, IServiceProvider services)
    {
        var overrides = services.GetService<HoconOverrides>();
        if (overrides is not null) builder.AddHocon(overrides.Config, HoconAddMode.Prepend);
        return builder
            .AddHocon(Addresses(options), HoconAddMode.Append)
            .AddHocon((AkkaConfig)JournalDatabase.Hocon(options.Database), HoconAddMode.Append)
            .AddHocon(HoconResources.Load("base.conf"), HoconAddMode.Append)
            .AddHocon(SqlPersistence.DefaultConfiguration, HoconAddMode.Append)
            .ConfigureLoggers(loggers => loggers.ClearLoggers().AddLoggerFactory())
            .WithCustomSerializer("mesh-wire", WireSerializer.MessageTypes, system => new WireSerializer(system))
            .AddSetup(MutualTls(services))
            .AddStartup((system, _) => StartBootstrap(system, options, services));
    }

    private static void StartBootstrap(ActorSystem system, ClusterOptions options, IServiceProvider services) => system.ActorOf(
        BootstrapCoordinator.Props(
            options.Bootstrap,
            new ContactPoint(IPAddress.Parse(options.Address), options.Ports.Management),
            services.GetRequiredService<ContactProber>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<BootstrapCoordinator>>()), "bootstrap");

    // The peer must be a replica of this trust domain: an agent's or workload's certificate leads to the same root.
    private static RemotingSetup MutualTls(IServiceProvider services)
    {
        var verifier = services.GetRequiredService<PeerVerifier>();
        var log = services.GetRequiredService<ILogger<TlsTransport>>();
        return new RemotingSetup(
            services.GetRequiredService<ReplicaIdentity>().Certificate,
            (certificate, presented, peer) =>
            {
                if (verifier.TryVerify(certificate, presented, out var id) && id.IsReplica) return true;
                Log.RefusedPeer(log, peer, id?.ToString() ?? "no certificate under our root");
                return false;
            },
            services.GetService<PeerDialer>() ?? TcpDialer.DialAsync, services.GetRequiredService<TimeProvider>(), log);
    }

    private static AkkaConfig Addresses(ClusterOptions options)
    {
        var contacts = string.Join(", ", options.Bootstrap.ContactPoints.Select(point => $"\"{point}\""));
        return $$"""
            akka {
              actor.provider = cluster
              remote.tls { hostname = "{{options.Address}}", public-hostname = "{{options.Address}}", port = {{options.Ports.Remoting}} }
              discovery.config {
                class = "Akka.Discovery.Config.ConfigServiceDiscovery, Akka.Discovery"
                services.{{ServiceName}}.endpoints = [{{contacts}}]
              }
            }
            """;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Refused remoting peer {Peer}: {Reason}")]
        public static partial void RefusedPeer(ILogger logger, string peer, string reason);
    }
}
