using System.Net;
using System.Text;
using Mesh.Sidecar.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Mesh.Sidecar.Admin;

/// <summary>One answer of the admin port.</summary>
internal readonly record struct AdminReply(int Status, string Body, string ContentType = "text/plain; charset=utf-8");

/// <summary>
/// Admin (15000), readiness (15021) and metrics (15090), on a Kestrel of their own: whatever the data path does, these answer, and a
/// scrape takes no thread of a listener's loop.
/// </summary>
internal sealed partial class AdminServer : IDisposable
{
    private readonly KestrelServer _server;
    private readonly Application _application;

    public AdminServer(SidecarOptions options, AdminPages pages, IServiceProvider services, ILoggerFactory loggers)
    {
        var address = IPAddress.Parse(options.ProxyAddress);
        var kestrel = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        // The admin port can end the proxy and asks nobody who they are: nobody beside this machine reaches it.
        kestrel.Listen(IPAddress.IsLoopback(address) ? address : IPAddress.Loopback, options.Ports.Admin, o => Bind(o, AdminRole.Admin));
        kestrel.Listen(address, options.Ports.Readiness, o => Bind(o, AdminRole.Readiness));
        kestrel.Listen(address, options.Ports.Metrics, o => Bind(o, AdminRole.Metrics));
        _server = new KestrelServer(Options.Create(kestrel),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions { IOQueueCount = 0 }), loggers), loggers);
        _application = new Application(pages, loggers.CreateLogger<AdminServer>());
    }

    /// <summary>The addresses bound, in the order admin, readiness, metrics.</summary>
    public IReadOnlyList<string> Addresses => [.. _server.Features.Get<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>()!.Addresses];

    public Task StartAsync(CancellationToken cancellation) => _server.StartAsync(_application, cancellation);

    public Task StopAsync(CancellationToken cancellation) => _server.StopAsync(cancellation);

    public void Dispose() => _server.Dispose();

    private static void Bind(ListenOptions options, AdminRole role)
    {
        options.Protocols = HttpProtocols.Http1;
        options.Use(next => connection =>
        {
            connection.Features.Set(new AdminConnection(role));
            return next(connection);
        });
    }

    private sealed class Application(AdminPages pages, ILogger log) : IHttpApplication<IFeatureCollection>
    {
        public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

        public async Task ProcessRequestAsync(IFeatureCollection context)
        {
            var request = context.Get<IHttpRequestFeature>()!;
            var reply = Answer(context.Get<AdminConnection>()!.Role, request);
            var response = context.Get<IHttpResponseFeature>()!;
            var body = Encoding.UTF8.GetBytes(reply.Body);
            response.StatusCode = reply.Status;
            response.Headers.ContentType = reply.ContentType;
            response.Headers.ContentLength = body.Length;
            if (request.Method != "HEAD") await context.Get<IHttpResponseBodyFeature>()!.Writer.WriteAsync(body);
        }

        public void DisposeContext(IFeatureCollection context, Exception? exception) { }

        // The server would answer 500 without a word, and its own log is off.
        private AdminReply Answer(AdminRole role, IHttpRequestFeature request)
        {
            try
            {
                return pages.Answer(role, request.Method, request.Path, request.QueryString);
            }
            catch (Exception e)
            {
                Log.PageFailed(log, request.Path, e);
                return new(500, $"{request.Path}: {e.Message}\n");
            }
        }
    }

    private sealed record AdminConnection(AdminRole Role);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "admin page {Path} failed")]
        public static partial void PageFailed(ILogger logger, string path, Exception error);
    }
}

internal enum AdminRole
{
    Admin,
    Readiness,
    Metrics,
}
