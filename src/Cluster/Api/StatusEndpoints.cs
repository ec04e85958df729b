using Akka.Actor;

namespace Mesh.Cluster.Api;

/// <summary>What the mesh is doing, and waiting until it has done it.</summary>
internal static class StatusEndpoints
{
    public static void MapStatus(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/mesh/v1/status", (MeshStatus status, ActorSystem system) =>
            Results.Json(status.Describe(Akka.Cluster.Cluster.Get(system)), ApiJson.Options));
        routes.MapGet("/mesh/v1/wait", (ulong revision, string? timeout, HttpRequest request, Waiting wait, CancellationToken cancellation) =>
            wait.RunAsync(revision, timeout, [.. request.Query["object"].OfType<string>()], cancellation));
        // The same for more objects than a request line holds.
        routes.MapPost("/mesh/v1/wait", (ulong revision, string? timeout, WaitRequest? body, Waiting wait, CancellationToken cancellation) =>
            body?.Objects is { } objects && objects.All(o => o is not null)
                ? wait.RunAsync(revision, timeout, objects, cancellation)
                : Task.FromResult(ApiStatus.Result(400, "the body must be {\"objects\": [\"KIND.GROUP/NAMESPACE/NAME\", ...]}")));
        routes.MapGet("/version", () => Results.Json(new { version = ProductVersion.Text }, ApiJson.Options));
    }
}

/// <summary>Body of <c>POST /mesh/v1/wait</c>.</summary>
internal sealed record WaitRequest(IReadOnlyList<string>? Objects);
