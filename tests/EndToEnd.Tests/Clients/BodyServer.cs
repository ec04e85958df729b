using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.Clients;

/// <summary>An application that reads a request's body to its end and answers with the path.</summary>
internal sealed class BodyServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private BodyServer(WebApplication app) => _app = app;

    public static async Task<BodyServer> StartAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, port);
            k.Limits.MinRequestBodyDataRate = null;
        });
        var app = builder.Build();
        app.Run(async context =>
        {
            context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            await context.Response.WriteAsync("echo " + context.Request.Path);
        });
        await app.StartAsync();
        return new BodyServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }
}
