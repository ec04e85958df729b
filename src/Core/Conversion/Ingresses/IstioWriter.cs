using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Core.Kinds;

namespace Mesh.Core.Conversion.Ingresses;

/// <summary>Istio's Gateway for the hosts of an Ingress, and a VirtualService for each.</summary>
internal static class IstioWriter
{
    private const string Selected = "ingressgateway";

    public static IEnumerable<JsonObject> Write(IngressPlan plan)
    {
        if (plan.Hosts.Count == 0) yield break;
        yield return Object(plan, KindRegistry.Gateway, plan.Name, new JsonObject
        {
            ["selector"] = new JsonObject { ["istio"] = Selected },
            ["servers"] = new JsonArray([.. Servers(plan)]),
        });
        for (var i = 0; i < plan.Hosts.Count; i++)
        {
            var host = plan.Hosts[i];
            yield return Object(plan, KindRegistry.VirtualService, plan.NameOf(i), new JsonObject
            {
                ["hosts"] = new JsonArray(HostOrAny(host.Host)),
                ["gateways"] = new JsonArray(plan.Name),
                ["http"] = new JsonArray([.. host.Paths.Select(p => (JsonNode)Route(plan, p))]),
            });
        }
    }

    internal static JsonObject Object(IngressPlan plan, KindInfo kind, string name, JsonObject spec)
    {
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = plan.Namespace };
        if (plan.Labels.Count > 0) metadata["labels"] = new JsonObject(plan.Labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value)));
        return new JsonObject { ["apiVersion"] = kind.ApiVersion, ["kind"] = kind.Kind, ["metadata"] = metadata, ["spec"] = spec };
    }

    private static IEnumerable<JsonNode> Servers(IngressPlan plan)
    {
        yield return new JsonObject { ["port"] = Port(80, "http", "HTTP"), ["hosts"] = Hosts(plan.Hosts.Select(h => h.Host)) };
        for (var i = 0; i < plan.Tls.Count; i++)
        {
            var certificate = plan.Tls[i];
            yield return new JsonObject
            {
                ["port"] = Port(443, string.Create(CultureInfo.InvariantCulture, $"https-{i + 1}"), "HTTPS"),
                ["hosts"] = Hosts(certificate.Hosts.Count > 0 ? certificate.Hosts : plan.Hosts.Select(h => h.Host)),
                ["tls"] = new JsonObject { ["mode"] = "SIMPLE", ["credentialName"] = certificate.Secret },
            };
        }
    }

    private static JsonObject Port(int number, string name, string protocol) => new() { ["number"] = number, ["name"] = name, ["protocol"] = protocol };

    private static JsonArray Hosts(IEnumerable<string> hosts) => [.. hosts.Select(HostOrAny).Distinct().Select(h => (JsonNode)h)];

    private static string HostOrAny(string host) => host.Length == 0 ? "*" : host;

    private static JsonObject Route(IngressPlan plan, PathPlan path)
    {
        var route = new JsonObject();
        if (path is not { IsExact: false, Path: "/" }) route["match"] = new JsonArray([.. Matches(path).Select(m => (JsonNode)new JsonObject { ["uri"] = m })]);
        route["route"] = new JsonArray(new JsonObject
        {
            ["destination"] = new JsonObject { ["host"] = $"{path.Service}.{plan.Namespace}.svc.cluster.local", ["port"] = new JsonObject { ["number"] = path.Port } },
        });
        return route;
    }

    // An Ingress's prefix is of whole segments, Istio's of characters: /a is /a and everything under /a/.
    private static IEnumerable<JsonObject> Matches(PathPlan path)
    {
        var text = path.Path.Length > 1 ? path.Path.TrimEnd('/') : path.Path;
        if (path.IsExact) return [new JsonObject { ["exact"] = path.Path }];
        return [new JsonObject { ["exact"] = text }, new JsonObject { ["prefix"] = text + "/" }];
    }
}
