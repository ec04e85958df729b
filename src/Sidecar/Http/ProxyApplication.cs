using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Http;

/// <summary>
/// What Kestrel runs: our pipeline, without ASP.NET's host between. The exchange's state is kept with the connection (HTTP/1.1) or stream
/// (HTTP/2) and used again.
/// </summary>
internal sealed class ProxyApplication(RequestPipeline pipeline) : IHttpApplication<ProxyRequest>
{
    public ProxyRequest CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<ProxyRequest> container) return new ProxyRequest(contextFeatures);
        if (container.HostContext is not { } request) return container.HostContext = new ProxyRequest(contextFeatures);
        request.Http.Initialize(contextFeatures);
        request.Start(contextFeatures);
        return request;
    }

    public Task ProcessRequestAsync(ProxyRequest context) => pipeline.RunAsync(context);

    public void DisposeContext(ProxyRequest context, Exception? exception)
    {
        pipeline.Finish(context, exception);
        context.Reset();
        context.Http.Uninitialize();
    }
}
