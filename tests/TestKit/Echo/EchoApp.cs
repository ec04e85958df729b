using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.TestKit.Echo;

/// <summary>
/// An application that tells what it received: HTTP/1.1 and WebSocket on one port, HTTP/2 without TLS (and gRPC) on another, bytes on a third.
/// Answers name it in <c>x-app</c>. Safe for use from many threads.
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

    public static async Task<EchoApp> StartAsync(string name, IPAddress address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(address, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(address, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.AddServerHeader = false;
        });
        var echo = new EchoApp(name, builder.Build(), TcpEcho.Start(name, address));
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
