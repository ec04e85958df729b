using Mesh.NodeAgent.Authentication;
using Mesh.NodeAgent.Certificates;
using Mesh.NodeAgent.ControlPlane;
using Mesh.NodeAgent.Discovery;
using Mesh.NodeAgent.Health;
using Mesh.NodeAgent.Model;
using Mesh.NodeAgent.Options;
using Mesh.NodeAgent.Workloads;
using Mesh.Translation;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Mesh.NodeAgent;

/// <summary>Puts an agent together. Tests build the same one with a clock and addresses of their own.</summary>
internal static class AgentHosting
{
    public static WebApplication BuildAgent(this WebApplicationBuilder builder, AgentOptions options, TimeProvider? time = null)
    {
        builder.Services.AddSingleton(options).AddSingleton(time ?? TimeProvider.System).AddSingleton<AgentMetrics>().AddSingleton<MeshModel>().AddSingleton<CompiledIndex>();
        builder.AddListeners(options);
        builder.Services.AddGrpc();
        builder.Services.AddLocalWorkloads(options);
        builder.Services.AddControlPlane(options);
        builder.Services.AddDiscovery();
        builder.Services.AddHealth();
        var app = builder.Build();
        app.MapGrpcService<DiscoveryService>();
        app.MapGrpcService<CertificateRelay>();
        app.MapHealth();
        app.StartFromDisk();
        return app;
    }

    private static void AddListeners(this WebApplicationBuilder builder, AgentOptions options)
    {
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = AgentSocket.Bind);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(options.Socket, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(options.Address, options.HealthPort, listen => listen.Protocols = HttpProtocols.Http1);
            // Notices local proxies that are frozen, so that their streams do not count as connected for ever.
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(5);
            kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
        });
        // Streams never end by themselves: waiting for them would only delay the stop.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
    }

    private static void AddLocalWorkloads(this IServiceCollection services, AgentOptions options)
    {
        services.AddSingleton(_ => new LocalWorkloads(options.Node));
        services.AddSingleton(s => new WorkloadsDirectory(
            options.WorkloadsDirectory, s.GetRequiredService<LocalWorkloads>(), InitialHealth.From(s.GetRequiredService<MeshModel>(), options.Node),
            s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<WorkloadsDirectory>>()));
        services.AddSingleton<WorkloadReporter>().AddSingleton<WorkloadProbe>().AddSingleton<HealthProber>();
        services.AddHostedService(s => s.GetRequiredService<HealthProber>());
    }

    private static void AddControlPlane(this IServiceCollection services, AgentOptions options)
    {
        services.AddSingleton(_ => TrustAnchors.FromFile(options.RootCertificate));
        services.AddSingleton(s => new Incarnations(
            options.StateDirectory, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<Incarnations>>()));
        services.AddSingleton(s => new ModelCache(
            options.StateDirectory, options.TrustDomain, options.Node, s.GetRequiredService<ILogger<ModelCache>>()));
        services.AddSingleton(s => new FormerRoutesCache(
            options.StateDirectory, options.TrustDomain, options.Node, s.GetRequiredService<ILogger<FormerRoutesCache>>()));
        services.AddSingleton<UpstreamReport>().AddSingleton<ReplicaConnector>().AddSingleton<AgentEnrolment>();
        services.AddSingleton<ModelCacheWriter>().AddSingleton<ControlPlaneLink>();
        services.AddHostedService(s => s.GetRequiredService<ModelCacheWriter>());
        services.AddHostedService(s => s.GetRequiredService<ControlPlaneLink>());
    }

    private static void AddDiscovery(this IServiceCollection services)
    {
        services.AddSingleton<KeySets>().AddSingleton<KeySetSource>().AddSingleton<KeySetFetcher>();
        services.AddHostedService(s => s.GetRequiredService<KeySetFetcher>());
        services.AddSingleton<ConfigurationAccounting>().AddSingleton<ConfigurationLoop>();
        services.AddHostedService(s => s.GetRequiredService<ConfigurationLoop>());
    }

    /// <summary>What must be there before the first proxy or replica is spoken to: the last model, then the local workloads.</summary>
    private static void StartFromDisk(this WebApplication app)
    {
        if (app.Services.GetRequiredService<ModelCache>().Read() is { } cached)
        {
            var model = app.Services.GetRequiredService<MeshModel>();
            model.Restore(cached);
            app.Services.GetRequiredService<CompiledIndex>().Start(MeshIndex.Restore(model.Snapshot, app.Services.GetRequiredService<FormerRoutesCache>().Read()));
        }
        app.Services.GetRequiredService<ConfigurationLoop>();
        app.Services.GetRequiredService<WorkloadReporter>();
        app.Services.GetRequiredService<WorkloadsDirectory>().Start();
    }
}
