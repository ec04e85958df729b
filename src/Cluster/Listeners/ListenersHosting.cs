using System.Net;
using System.Security.Authentication;
using Mesh.Cluster.Agents;
using Mesh.Cluster.Api;
using Mesh.Cluster.Api.Admission;
using Mesh.Cluster.Certificates;
using Mesh.Cluster.Management;
using Mesh.Cluster.Settings;
using Mesh.Cluster.Telemetry;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Mesh.Cluster.Listeners;

/// <summary>Kestrel's ports and which features answer on which.</summary>
internal static class ListenersHosting
{
    private const string ListenerItem = "mesh.listener";

    public static IHostBuilder ConfigureReplicaListeners(this IHostBuilder builder, ClusterOptions options) =>
        builder.ConfigureWebHost(web => web
            .UseKestrel(kestrel => Listen(kestrel, options))
            .ConfigureServices(services => services.AddRouting())
            .Configure(app => app
                .On(Listener.Management, routes => routes.MapManagement())
                .On(Listener.Metrics, routes => routes.MapMetrics())
                .On(Listener.Agents, routes => routes.MapAgents())
                .On(Listener.Api, routes => routes.MapApi(), branch => branch.UseMiddleware<ApiAccess>())
                .On(Listener.Webhooks, routes => routes.MapAdmission())));

    public static ILoggingBuilder AddReplicaLogging(this ILoggingBuilder logging) => logging
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.ColorBehavior = Microsoft.Extensions.Logging.Console.LoggerColorBehavior.Disabled;
        })
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .SetMinimumLevel(LogLevel.Information)
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("Grpc", LogLevel.Warning);

    private static void Listen(KestrelServerOptions kestrel, ClusterOptions options)
    {
        var address = IPAddress.Parse(options.Address);
        kestrel.AddServerHeader = false;
        kestrel.Listen(address, options.Ports.Management, Mark(Listener.Management));
        kestrel.Listen(address, options.Ports.Metrics, Mark(Listener.Metrics));
        kestrel.Listen(address, options.Ports.Api, listen =>
        {
            Mark(Listener.Api)(listen);
            listen.UseHttps(kestrel.ApplicationServices.GetRequiredService<ReplicaIdentity>().Certificate, UseTls);
        });
        if (options.Webhooks.AreServed) ListenForWebhooks(kestrel, address, options.Webhooks);
        kestrel.Listen(address, options.Ports.Agents, listen =>
        {
            Mark(Listener.Agents)(listen);
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(kestrel.ApplicationServices.GetRequiredService<ReplicaIdentity>().Certificate, https =>
            {
                UseTls(https);
                var verifier = kestrel.ApplicationServices.GetRequiredService<PeerVerifier>();
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = (certificate, chain, _) =>
                    verifier.TryVerify(certificate, chain?.ChainPolicy.ExtraStore ?? [], out var _);
            });
        });
    }

    // By its name inside Kubernetes, which is none that the mesh's own authority vouches for.
    private static void ListenForWebhooks(KestrelServerOptions kestrel, IPAddress address, WebhookOptions options)
    {
        var certificate = new FileCertificate(options.Certificate, options.Key, kestrel.ApplicationServices.GetRequiredService<ILogger<FileCertificate>>());
        kestrel.Listen(address, options.Port, listen =>
        {
            Mark(Listener.Webhooks)(listen);
            listen.UseHttps(https =>
            {
                UseTls(https);
                https.ServerCertificateSelector = (_, _) => certificate.Current;
            });
        });
    }

    private static void UseTls(HttpsConnectionAdapterOptions https) => https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;

    // The port a connection came in by, independent of the Host header and of ports chosen by the system.
    private static Action<ListenOptions> Mark(Listener listener) => listen => listen.Use(next => connection =>
    {
        connection.Items[ListenerItem] = listener;
        return next(connection);
    });

    private static IApplicationBuilder On(this IApplicationBuilder app, Listener listener, Action<IEndpointRouteBuilder> map, Action<IApplicationBuilder>? first = null) =>
        app.MapWhen(
            context => context.Features.Get<IConnectionItemsFeature>()?.Items[ListenerItem] is Listener l && l == listener,
            branch =>
            {
                first?.Invoke(branch);
                branch.UseRouting().UseEndpoints(map);
            });
}
