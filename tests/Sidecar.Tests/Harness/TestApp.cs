using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.Tests.Harness;

/// <summary>An application behind a proxy: real Kestrel, HTTP/1.1 on one port and HTTP/2 without TLS on another.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private TestApp(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Urls.First()).Port;

    public int Http2Port => new Uri(_app.Urls.Last()).Port;

    public int Requests => Volatile.Read(ref _requests);

    public static async Task<TestApp> StartAsync(RequestDelegate handler)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, 0, o => o.Protocols = HttpProtocols.Http1);
            k.Listen(IPAddress.Loopback, 0, o => o.Protocols = HttpProtocols.Http2);
            k.Limits.MinRequestBodyDataRate = null;
            k.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        app.UseWebSockets();
        var test = new TestApp(app);
        app.Run(context =>
        {
            Interlocked.Increment(ref test._requests);
            return handler(context);
        });
        await app.StartAsync();
        return test;
    }

    public static Task<TestApp> SayAsync(string text) => StartAsync(context => context.Response.WriteAsync(text));

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }
}
