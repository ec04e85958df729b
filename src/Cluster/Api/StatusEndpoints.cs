using System.Globalization;
using Akka.Actor;
using Mesh.Cluster.Distribution;
using Mesh.Cluster.OriginLogs;

namespace Mesh.Cluster.Api;

/// <summary>What the mesh is doing, and waiting until it has done it.</summary>
internal static class StatusEndpoints
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>Presence changes without any step of the model.</summary>
    private static readonly TimeSpan Recheck = TimeSpan.FromMilliseconds(500);

    public static void MapStatus(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/mesh/v1/status", (MeshStatus status, ActorSystem system) =>
            Results.Json(status.Describe(Akka.Cluster.Cluster.Get(system)), ApiJson.Options));
        routes.MapGet("/mesh/v1/wait", WaitAsync);
        routes.MapGet("/version", () => Results.Json(new { version = ProductVersion.Text }, ApiJson.Options));
    }

    private static async Task<IResult> WaitAsync(
        ulong revision, string? timeout, HttpRequest request, ModelFeed feed, PeerTable peers, AgentPresences presences, TimeProvider time,
        CancellationToken cancellation)
    {
        if (!TryParseTimeout(timeout, out var patience)) return ApiStatus.Result(400, $"timeout '{timeout}' is not a duration such as 30s");
        var keys = request.Query["object"].OfType<string>().ToArray();
        var started = time.GetTimestamp();
        while (true)
        {
            var step = feed.Current;
            var result = WaitEvaluator.Evaluate(step.Model, revision, keys, presences.Of);
            // A replica that has just started may know the configuration before it knows the agents, and "0 of 0" would be a lie.
            if (!peers.CaughtUp) result = result with { Complete = false };
            if (result.Complete) return Results.Json(result, ApiJson.Options);
            var left = patience - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) return Results.Json(result, ApiJson.Options, statusCode: 408);
            await Task.WhenAny(step.Next, Task.Delay(left < Recheck ? left : Recheck, time, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private static bool TryParseTimeout(string? text, out TimeSpan timeout)
    {
        timeout = DefaultWait;
        if (text is null) return true;
        var digits = text.TrimEnd('s', 'm');
        var unit = text[digits.Length..] switch { "" or "s" => 1.0, "m" => 60, "ms" => 0.001, _ => 0 };
        if (unit == 0 || !double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
        if (number * unit > LongestWait.TotalSeconds) return false;
        timeout = TimeSpan.FromSeconds(number * unit);
        return true;
    }
}
