using Mesh.Cluster.Settings;
using Mesh.Cluster.Telemetry;
using Mesh.Cluster.Wire;
using Mesh.Core.Resources;

namespace Mesh.Cluster.Api;

/// <summary>
/// Several documents at once. Each is judged on its own and applied whole or not at all; all accepted ones are one revision step.
/// </summary>
internal static class ApplyEndpoints
{
    private const int MaxDocuments = 5000;

    public static void MapApply(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/mesh/v1/apply", ApplyAsync);
        routes.MapPost("/mesh/v1/delete", DeleteAsync);
    }

    private static async Task<IResult> ApplyAsync(
        ApplyRequest? request, ConfigEdge edge, ClusterMetrics metrics, ClusterOptions options, CancellationToken cancellation)
    {
        if (request is null) return IsNull("the body");
        if (request.FindNull() is { } missing) return IsNull(missing);
        if (request.Documents.Count > MaxDocuments) return ApiStatus.Result(413, $"more than {MaxDocuments} documents");
        // 1. Judge every document.
        var judged = ApplyJudge.Judge(request, options.TrustDomain);
        var changes = judged.Where(j => j.Change is not null).Select(j => j.Change!).ToArray();
        // 2. One request to the log for all that are accepted.
        metrics.ApiWrites.Increment();
        if (await edge.WriteAsync(changes, request.DryRun, cancellation) is not { } applied) return ConfigEdge.Unavailable();
        // 3. Answer document by document, in the order they came.
        var outcomes = applied.Outcomes.ToDictionary(o => o.Key, StringComparer.Ordinal);
        var results = judged.Select(j => j.ToResult(outcomes)).ToArray();
        var isWhole = results.All(r => r.Action != ApplyJudge.Refused);
        return Results.Json(new ApplyResponse(applied.Revision, results), ApiJson.Options, statusCode: isWhole ? 200 : 422);
    }

    private static async Task<IResult> DeleteAsync(
        DeleteRequest? request, ConfigEdge edge, ClusterMetrics metrics, CancellationToken cancellation)
    {
        if (request is null) return IsNull("the body");
        if (request.FindNull() is { } missing) return IsNull(missing);
        if (request.Objects.Count > MaxDocuments) return ApiStatus.Result(413, $"more than {MaxDocuments} objects");
        var malformed = request.Objects.FirstOrDefault(o => !ObjectKey.TryParse(o, out _));
        if (malformed is not null) return ApiStatus.Result(422, $"'{malformed}' is not KIND.GROUP/NAMESPACE/NAME");
        var changes = request.Objects.Distinct(StringComparer.Ordinal).Select(key => new ConfigChange { Key = key, Remove = true });
        metrics.ApiWrites.Increment();
        if (await edge.WriteAsync([.. changes], request.DryRun, cancellation) is not { } applied) return ConfigEdge.Unavailable();
        var results = applied.Outcomes.Select(o => new ApplyResult { Key = o.Key, Action = ConfigEdge.NameOf(o.Action), Revision = o.Revision });
        return Results.Json(new ApplyResponse(applied.Revision, [.. results]), ApiJson.Options);
    }

    private static IResult IsNull(string member) => ApiStatus.Result(400, $"{member} must not be null; leave it out or give it a value");
}
