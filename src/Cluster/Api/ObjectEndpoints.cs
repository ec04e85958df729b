using System.Text;
using System.Text.Json;
using Mesh.Cluster.Distribution;
using Mesh.Cluster.Settings;
using Mesh.Cluster.Telemetry;
using Mesh.Cluster.Wire;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;
using Mesh.Core.Validation;
using Mesh.Protocol.V1;

namespace Mesh.Cluster.Api;

/// <summary>Objects one by one, on Kubernetes' paths.</summary>
internal static class ObjectEndpoints
{
    private const string Group = "/apis/{group}/{version}";
    private const string Core = "/api/{version}";

    public static void MapObjects(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in (string[])[Group, Core])
        {
            routes.MapGet(prefix + "/{plural}", List);
            routes.MapGet(prefix + "/namespaces/{ns}/{plural}", List);
            foreach (var one in (string[])[prefix + "/{plural}/{name}", prefix + "/namespaces/{ns}/{plural}/{name}"])
            {
                routes.MapGet(one, Get);
                routes.MapPut(one, PutAsync);
                routes.MapDelete(one, DeleteAsync);
            }
        }
    }

    private static IResult List([AsParameters] ObjectPath path, ModelFeed feed, AgentPresences presences)
    {
        if (path.FindKind() is not { } kind) return path.Unknown();
        if (path.Watch is not null) return ApiStatus.Result(400, "watch is not supported");
        var model = feed.Current.Model;
        var prefix = path.Ns is null ? $"{kind.QualifiedKind}/" : $"{kind.QualifiedKind}/{path.Ns}/";
        var items = model.Documents.Where(d => d.Key.StartsWith(prefix, StringComparison.Ordinal)).ToArray();
        return new JsonBody(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("kind", kind.Kind + "List");
            writer.WriteString("apiVersion", kind.ApiVersion);
            writer.WriteStartObject("metadata");
            writer.WriteString("resourceVersion", model.Revision.ToString());
            writer.WriteEndObject();
            writer.WriteStartArray("items");
            foreach (var (key, item) in items) WriteObject(writer, model, key, item, presences);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static IResult Get([AsParameters] ObjectPath path, ModelFeed feed, AgentPresences presences)
    {
        if (path.FindKind() is not { } kind) return path.Unknown();
        var (model, key) = (feed.Current.Model, path.KeyOf(kind).ToString());
        return model.Documents.TryGetValue(key, out var found)
            ? new JsonBody(writer => WriteObject(writer, model, key, found, presences))
            : NotFound(kind, path);
    }

    /// <summary>The stored object, with a status as things are now; nobody stores that.</summary>
    private static void WriteObject(Utf8JsonWriter writer, ReplicaModel model, string key, ConfigObject stored, AgentPresences presences)
    {
        if (!ObjectKey.TryParse(key, out var parsed) || !ConditionEvaluator.HasConditions(parsed))
        {
            writer.WriteRawValue(stored.Json.Span, skipInputValidation: true);
            return;
        }
        using var document = JsonDocument.Parse(stored.Json.Memory);
        writer.WriteStartObject();
        foreach (var field in document.RootElement.EnumerateObject().Where(f => f.Name != "status")) field.WriteTo(writer);
        writer.WritePropertyName("status");
        JsonSerializer.Serialize(writer, ConditionEvaluator.Evaluate(model, stored, key, presences.Of), ApiJson.Options);
        writer.WriteEndObject();
    }

    private static async Task<IResult> PutAsync(
        [AsParameters] ObjectPath path, HttpRequest request, ConfigEdge edge, ModelFeed feed, ClusterMetrics metrics,
        ClusterOptions options, CancellationToken cancellation)
    {
        if (path.FindKind() is not { } kind) return path.Unknown();
        var key = path.KeyOf(kind);
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var documents = DocumentJudge.Judge(ObjectReader.Read(await reader.ReadToEndAsync(cancellation), "body", path.Ns ?? ""), options.TrustDomain).ToArray();
        if (documents is not [var document]) return ApiStatus.Result(400, "the body must be one object");
        if (document.Object is null) return ApiStatus.Result(422, string.Join("; ", document.Diagnostics.Where(d => d.Severity == Severity.Error)));
        if (document.Object.Key != key) return ApiStatus.Result(400, $"the body is {document.Object.Key}, the path {key}");
        var change = ApplyJudge.ToChange(document.Object);
        if (document.Object.Metadata.ResourceVersion.Value is > 0 and var expected) change.ExpectedRevision = expected;
        metrics.ApiWrites.Increment();
        if (await edge.WriteAsync([change], path.IsDryRun, cancellation) is not { } applied) return ConfigEdge.Unavailable();
        return Written(applied, change, feed.Current.Model);
    }

    private static async Task<IResult> DeleteAsync(
        [AsParameters] ObjectPath path, ConfigEdge edge, ClusterMetrics metrics, CancellationToken cancellation)
    {
        if (path.FindKind() is not { } kind) return path.Unknown();
        var change = new ConfigChange { Key = path.KeyOf(kind).ToString(), Remove = true };
        metrics.ApiWrites.Increment();
        if (await edge.WriteAsync([change], path.IsDryRun, cancellation) is not { } applied) return ConfigEdge.Unavailable();
        if (applied.Outcomes[0].Action == ConfigOutcome.Types.Action.NotFound) return NotFound(kind, path);
        return Results.Json(new { kind = "Status", apiVersion = "v1", status = "Success", code = 200 }, ApiJson.Options);
    }

    private static IResult Written(ConfigApplied applied, ConfigChange change, ReplicaModel model)
    {
        var outcome = applied.Outcomes[0];
        if (outcome.Action == ConfigOutcome.Types.Action.Conflict)
            return ApiStatus.Result(409, $"{change.Key} is at revision {outcome.Revision}, not {change.ExpectedRevision}; read it again");
        // The stored form when it is here already; as sent on a dry run.
        var json = model.Documents.TryGetValue(change.Key, out var stored) && stored.Revision == outcome.Revision ? stored.Json : change.Json;
        var code = outcome.Action == ConfigOutcome.Types.Action.Created ? 201 : 200;
        return new JsonBody(writer => writer.WriteRawValue(json.Span, skipInputValidation: true), code);
    }

    private static IResult NotFound(KindInfo kind, ObjectPath path) =>
        ApiStatus.Result(404, $"{kind.Plural} \"{path.Name}\" not found");

    private sealed class JsonBody(Action<Utf8JsonWriter> write, int code = 200) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = code;
            httpContext.Response.ContentType = "application/json";
            await using var writer = new Utf8JsonWriter(httpContext.Response.BodyWriter, new JsonWriterOptions { Encoder = ApiJson.Options.Encoder });
            write(writer);
        }
    }
}
