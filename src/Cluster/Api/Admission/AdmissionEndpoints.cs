using System.Text.Json;
using Mesh.Cluster.Settings;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Cluster.Api.Admission;

/// <summary>
/// <c>POST /validate</c>, Istio's path: the validating admission webhook of Kubernetes. Callers are not authenticated, as API servers are not to
/// webhooks unless told to; they learn no more than whether their own object is valid, and what they can make the replica do is bounded.
/// </summary>
internal static class AdmissionEndpoints
{
    /// <summary>Twice the largest object Kubernetes stores, with room: a review of an update has the old one, too.</summary>
    private const long MaxBodyBytes = 4 << 20;

    private const int MaxDepth = 100;

    /// <summary>Reviews judged at a time; more are asked to come again, and the API server's failure policy decides meanwhile.</summary>
    private static readonly SemaphoreSlim Slots = new(32);

    public static void MapAdmission(this IEndpointRouteBuilder routes) => routes.MapPost("/validate", ValidateAsync);

    private static async Task<IResult> ValidateAsync(HttpContext context, ClusterOptions options, CancellationToken cancellation)
    {
        if (!context.Request.HasJsonContentType()) return ApiStatus.Result(415, "the body must be application/json");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxBodyBytes;
        if (!Slots.Wait(TimeSpan.Zero, CancellationToken.None)) return ApiStatus.Result(503, "too many reviews at a time");
        try
        {
            using var review = await JsonDocument.ParseAsync(context.Request.Body, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false }, cancellation);
            return AdmissionJudge.TryJudge(review.RootElement, options.TrustDomain, out var answer, out var error)
                ? Results.Text(answer.ToJsonString(), "application/json")
                : ApiStatus.Result(400, error);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second: text in it that is no Unicode.
            return ApiStatus.Result(400, "not valid JSON: " + e.Message);
        }
        catch (BadHttpRequestException e)
        {
            return ApiStatus.Result(e.StatusCode, e.Message);
        }
        finally
        {
            Slots.Release();
        }
    }
}
