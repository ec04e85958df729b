using System.Text.Json;
using Mesh.Core.Kinds;

namespace Mesh.Cli.Output;

/// <summary>A column of a kind's table.</summary>
internal sealed record KindColumn(string Header, Func<JsonElement, string> Value);

/// <summary>The columns Istio's and Kubernetes' own definitions give each kind.</summary>
internal static class KindColumns
{
    public static IReadOnlyList<KindColumn> For(KindInfo kind) => kind.Kind switch
    {
        "VirtualService" => [new("GATEWAYS", o => Joined(o, "gateways")), new("HOSTS", o => Joined(o, "hosts"))],
        "DestinationRule" => [new("HOST", o => Field(o, "host"))],
        "ServiceEntry" => [new("HOSTS", o => Joined(o, "hosts")), new("LOCATION", o => Field(o, "location")), new("RESOLUTION", o => Field(o, "resolution"))],
        "WorkloadEntry" => [new("ADDRESS", o => Field(o, "address"))],
        "Gateway" => [new("PORTS", o => Items(o, "servers", s => s.TryGetProperty("port", out var port) ? port.GetProperty("number").ToString() : ""))],
        "PeerAuthentication" => [new("MODE", o => Spec(o, "mtls", out var mtls) && mtls.TryGetProperty("mode", out var mode) ? mode.ToString() : "")],
        "RateLimitPolicy" =>
        [
            new("MODE", o => Field(o, "mode") is { Length: > 0 } mode ? mode : "ENFORCE"),
            new("RULES", o => Items(o, "rules", Limit)),
        ],
        "RequestAuthentication" => [new("ISSUERS", o => Items(o, "jwtRules", r => Text(r, "issuer")))],
        "Service" => [new("PORTS", o => Items(o, "ports", p => p.GetProperty("port").ToString()))],
        _ => [],
    };

    // per-user=10/SECOND
    private static string Limit(JsonElement rule) => $"{Text(rule, "name")}={Text(rule, "requests")}/{Text(rule, "unit")}{Text(rule, "per")}";

    private static string Text(JsonElement item, string field) => item.TryGetProperty(field, out var value) ? value.ToString() : "";

    private static bool Spec(JsonElement item, string field, out JsonElement value)
    {
        value = default;
        return item.TryGetProperty("spec", out var spec) && spec.TryGetProperty(field, out value);
    }

    private static string Field(JsonElement item, string field) => Spec(item, field, out var value) ? value.ToString() : "";

    private static string Joined(JsonElement item, string field) => Items(item, field, v => v.ToString());

    private static string Items(JsonElement item, string field, Func<JsonElement, string> text) =>
        Spec(item, field, out var values) && values.ValueKind == JsonValueKind.Array ? string.Join(",", values.EnumerateArray().Select(text)) : "";
}
