using Mesh.NodeAgent.Discovery;

namespace Mesh.NodeAgent.Health;

/// <summary>Health, metrics and debugging, over HTTP/1.1 on the agent's address.</summary>
internal static class HealthHosting
{
    public static void AddHealth(this IServiceCollection services) => services.AddSingleton<AgentStatus>();

    public static void MapHealth(this WebApplication app)
    {
        var status = app.Services.GetRequiredService<AgentStatus>();
        var loop = app.Services.GetRequiredService<ConfigurationLoop>();
        app.MapGet("/healthz/ready", () => status.IsReady ? Results.Text("ready\n") : Results.Text("no model yet\n", statusCode: 503));
        app.MapGet("/healthz/live", () => Results.Text("live\n"));
        app.MapGet("/metrics", () => Results.Text(status.Metrics(), "text/plain; version=0.0.4"));
        app.MapGet("/debug/snapshot", () => Results.Json(status.Snapshot(), StatusJson.Default.SnapshotSummary));
        app.MapGet("/debug/proxies", () => Results.Json(loop.Proxies, StatusJson.Default.IReadOnlyListProxySummary));
    }
}
