using System.Text;
using Mesh.Sidecar.Listeners;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Mesh.Sidecar.Http;

/// <summary>Kestrel for the data path: two endpoints fed by the L4 front, one for each HTTP version, and Envoy's limits in place of a web server's.</summary>
internal sealed class HttpServer(InternalTransport transport, ProxyApplication application, IServiceProvider services, ILoggerFactory loggers) : IDisposable
{
    private readonly KestrelServer _server = new(Options.Create(Configure(services)), transport, loggers);

    public Task StartAsync(CancellationToken cancellation) => _server.StartAsync(application, cancellation);

    public Task StopAsync(CancellationToken cancellation) => _server.StopAsync(cancellation);

    public void Dispose() => _server.Dispose();

    // A bare line feed ends a line for some proxies and for others not; Kestrel reads the switch when it makes its options.
    static HttpServer() => AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);

    private static KestrelServerOptions Configure(IServiceProvider services)
    {
        var options = new KestrelServerOptions
        {
            ApplicationServices = services,
            AddServerHeader = false,
            AllowAlternateSchemes = true,
            AllowResponseHeaderCompression = true,
            // An absolute-form target may name another host than Host does when clients use the proxy by HTTP_PROXY; RFC 9112, 3.2.2: the
            // target wins.
            AllowHostHeaderOverride = true,
            RequestHeaderEncodingSelector = static _ => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static _ => Encoding.Latin1,
        };
        var limits = options.Limits;
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        // Envoy: 60 KiB of headers, 100 of them; connections idle for an hour.
        limits.MaxRequestHeadersTotalSize = 60 * 1024;
        limits.MaxRequestLineSize = 60 * 1024;
        limits.MaxRequestHeaderCount = 100;
        limits.KeepAliveTimeout = TimeSpan.FromHours(1);
        limits.RequestHeadersTimeout = TimeSpan.FromMinutes(1);
        limits.Http2.MaxStreamsPerConnection = 1000;
        limits.Http2.InitialStreamWindowSize = 256 * 1024;
        limits.Http2.InitialConnectionWindowSize = 1024 * 1024;
        options.Listen(InternalEndPoint.Http1, o => o.Protocols = HttpProtocols.Http1);
        options.Listen(InternalEndPoint.Http2, o => o.Protocols = HttpProtocols.Http2);
        return options;
    }
}
