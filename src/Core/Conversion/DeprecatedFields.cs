using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Conversion;

/// <summary>How the deprecated fields of Istio's API become their successors, record by record.</summary>
internal static class DeprecatedFields
{
    private static readonly FrozenDictionary<Type, Action<DeprecatedRecord>> Known = new Dictionary<Type, Action<DeprecatedRecord>>
    {
        [typeof(HttpRoute)] = ReplaceInRoute,
        [typeof(HttpFaultDelay)] = ReplaceInDelay,
        [typeof(HttpFaultAbort)] = abort => abort.Move("percent", "percentage", Percentage),
        [typeof(CorsPolicy)] = cors => cors.Move("allowOrigin", "allowOrigins", Origins),
        [typeof(OutlierDetection)] = ReplaceInOutliers,
        [typeof(LoadBalancerSettings)] = ReplaceInBalancer,
        [typeof(ConsistentHashLb)] = hash => hash.Move("minimumRingSize", "ringHash", size => new JsonObject { ["minimumRingSize"] = size.DeepClone() }),
        [typeof(Port)] = port => Drop(port, "targetPort", "gateways listen on number"),
        [typeof(L4MatchAttributes)] = match => Drop(match, "sourceSubnet", "Istio ignores it, and so does the mesh"),
    }.ToFrozenDictionary();

    public static Action<DeprecatedRecord>? Find(Type record) => Known.GetValueOrDefault(record);

    private static void ReplaceInRoute(DeprecatedRecord route)
    {
        route.Move("mirrorPercent", "mirrorPercentage", Percentage);
        if (route["mirror"] is { } target && route["mirrors"] is null)
        {
            var mirror = new JsonObject { ["destination"] = target.DeepClone() };
            if (route.Take("mirrorPercentage") is { } share) mirror["percentage"] = share.DeepClone();
            route.Take("mirror");
            route.Set("mirrors", new JsonArray(mirror));
        }

        if (route.Take("websocketUpgrade") is not null) route.Note("websocketUpgrade", "WebSockets are always let through; the field is gone");
        foreach (var (old, side, operation) in OldHeaderFields)
            if (route.Take(old) is { } change) Merge(route, old, side, operation, change);
    }

    private static readonly (string Old, string Side, string Operation)[] OldHeaderFields =
    [
        ("appendHeaders", "request", "add"), ("appendRequestHeaders", "request", "add"), ("removeRequestHeaders", "request", "remove"),
        ("appendResponseHeaders", "response", "add"), ("removeResponseHeaders", "response", "remove"),
    ];

    // As they were before Istio 1.1, beside route.
    private static void Merge(DeprecatedRecord route, string old, string side, string operation, JsonNode change)
    {
        if (route["headers"] is not JsonObject headers) route.Set("headers", headers = []);
        if (headers[side] is not JsonObject operations) headers[side] = operations = [];
        if (operations.ContainsKey(operation)) route.Lose(old, $"headers.{side}.{operation} is given too and stays");
        else operations[operation] = change.DeepClone();
    }

    private static void ReplaceInDelay(DeprecatedRecord delay)
    {
        delay.Move("percent", "percentage", Percentage);
        if (delay.Take("exponentialDelay") is not null) delay.Lose("exponentialDelay", "nothing ever implemented it; write a fixedDelay");
    }

    private static void ReplaceInOutliers(DeprecatedRecord outliers)
    {
        // It counted 502, 503 and 504 and nothing else; the default of the new field would count every 5xx besides.
        if (outliers["consecutiveErrors"] is not null && outliers["consecutiveGatewayErrors"] is null && outliers["consecutive5xxErrors"] is null)
            outliers.Set("consecutive5xxErrors", 0);
        outliers.Move("consecutiveErrors", "consecutiveGatewayErrors", count => count.DeepClone());
    }

    private static void ReplaceInBalancer(DeprecatedRecord balancer)
    {
        if (balancer["simple"] is JsonValue simple && simple.TryGetValue(out string? name) && name == "LEAST_CONN") balancer.Set("simple", "LEAST_REQUEST");
        balancer.Move("warmupDurationSecs", "warmup", duration => new JsonObject { ["duration"] = duration.DeepClone() });
    }

    private static void Drop(DeprecatedRecord record, string field, string why)
    {
        if (record.Take(field) is not null) record.Note(field, $"removed: {why}");
    }

    private static JsonObject? Percentage(JsonNode whole) =>
        whole is JsonValue value && value.TryGetValue(out long percent) ? new JsonObject { ["value"] = percent } : null;

    private static JsonArray? Origins(JsonNode list) =>
        list is JsonArray origins ? new JsonArray([.. origins.Select(o => (JsonNode)new JsonObject { ["exact"] = o?.DeepClone() })]) : null;
}
