using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.TestKit.Echo;

/// <summary>
/// An application that tells what it received: HTTP/1.1 and WebSocket on one port, HTTP/2 without TLS (and gRPC) on another, bytes on a third.
/// Answers name it in <c>x-app</c>. With a certificate all three are TLS, the first with a choice of versions, and it notes the name it was asked for (<c>tls-sni</c>)
/// and who asked (<c>tls-client</c>, any certificate is taken). Safe for use from many threads.
/// </summary>
public sealed class EchoApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TcpEcho _tcp;

    private EchoApp(string name, WebApplication app, TcpEcho tcp)
    {
        (Name, _app, _tcp) = (name, app, tcp);
        app.UseWebSockets();
        app.Run(HandleAsync);
    }

    public string Name { get; }

    public int HttpPort { get; private set; }

    public int Http2Port { get; private set; }

    public int TcpPort => _tcp.Port;

    /// <summary>What came, in the order in which it was whole.</summary>
    public ConcurrentQueue<EchoRequest> Received { get; } = new();

    /// <summary>What it does with the next requests.</summary>
    public EchoPlan Plan { get; } = new();

    /// <summary>Requests that have begun.</summary>
    public int Begun => _begun;

    private int _begun;

    public static async Task<EchoApp> StartAsync(string name, IPAddress address, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(address, 0, listen => Listen(listen, certificate is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2));
            kestrel.Listen(address, 0, listen => Listen(listen, HttpProtocols.Http2));
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.AddServerHeader = false;
        });

        void Listen(ListenOptions listen, HttpProtocols protocols)
        {
            listen.Protocols = protocols;
            if (certificate is null) return;
            listen.UseHttps(https =>
            {
                // By a selector: only then the platform looks at the name that is asked for.
                https.ServerCertificateSelector = (_, _) => certificate;
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = (_, _, _) => true;
            });
        }

        var echo = new EchoApp(name, builder.Build(), TcpEcho.Start(name, address, certificate));
        await echo._app.StartAsync();
        var ports = echo._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a).Port).ToArray();
        (echo.HttpPort, echo.Http2Port) = (ports[0], ports[1]);
        return echo;
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
        await _tcp.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        Interlocked.Increment(ref _begun);
        context.Response.Headers["x-app"] = Name;
        if (Plan.IsNext("no-read"))
        {
            await Plan.RunAsync(context, "");
            return;
        }

        var (bytes, isWhole) = context.WebSockets.IsWebSocketRequest ? (0, true) : await DrainAsync(context);
        var request = Describe(context, bytes, isWhole);
        Received.Enqueue(request);
        if (context.WebSockets.IsWebSocketRequest) await EchoMessagesAsync(context);
        else if (isWhole) await Plan.RunAsync(context, $"{Name} {request.Method} {request.Target} {bytes}\n");
    }

    private EchoRequest Describe(HttpContext context, long bytes, bool isWhole)
    {
        var request = context.Request;
        var headers = request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => string.Join(',', h.Value.ToArray()), StringComparer.Ordinal);
        if (context.Features.Get<ITlsHandshakeFeature>() is { } tls) headers["tls-sni"] = tls.HostName ?? "";
        if (context.Connection.ClientCertificate is { } client) headers["tls-client"] = client.Subject;
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return new EchoRequest(Name, request.Method, target, request.Protocol, request.Host.ToString(), headers, bytes, isWhole, context.Connection.Id);
    }

    private static async Task<(long Bytes, bool IsWhole)> DrainAsync(HttpContext context)
    {
        var buffer = new byte[65536];
        long total = 0;
        try
        {
            while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is var read and > 0) total += read;
            return (total, true);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            return (total, false);
        }
    }

    private static async Task EchoMessagesAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[65536];
        while (true)
        {
            var message = await socket.ReceiveAsync(buffer, context.RequestAborted);
            if (message.CloseStatus is { } status)
            {
                await socket.CloseAsync(status, null, context.RequestAborted);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, context.RequestAborted);
        }
    }
}
