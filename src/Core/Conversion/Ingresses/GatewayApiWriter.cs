using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Core.Kinds;

namespace Mesh.Core.Conversion.Ingresses;

/// <summary>The Gateway API's Gateway for the hosts of an Ingress, and an HTTPRoute for each.</summary>
internal static class GatewayApiWriter
{
    /// <summary>For Ingresses of the default class.</summary>
    private const string DefaultClass = "mesh";

    public static IEnumerable<JsonObject> Write(IngressPlan plan)
    {
        if (plan.Hosts.Count == 0) yield break;
        yield return IstioWriter.Object(plan, KindRegistry.ApiGateway, plan.Name, new JsonObject
        {
            ["gatewayClassName"] = plan.Class.Length > 0 ? plan.Class : DefaultClass,
            ["listeners"] = new JsonArray([.. Listeners(plan)]),
        });
        for (var i = 0; i < plan.Hosts.Count; i++)
        {
            var host = plan.Hosts[i];
            var spec = new JsonObject { ["parentRefs"] = new JsonArray(new JsonObject { ["name"] = plan.Name }) };
            if (host.Host.Length > 0) spec["hostnames"] = new JsonArray(host.Host);
            spec["rules"] = new JsonArray([.. host.Paths.Select(p => (JsonNode)Rule(p))]);
            yield return IstioWriter.Object(plan, KindRegistry.HttpRoute, plan.NameOf(i), spec);
        }
    }

    private static IEnumerable<JsonNode> Listeners(IngressPlan plan)
    {
        yield return new JsonObject { ["name"] = "http", ["port"] = 80, ["protocol"] = "HTTP" };
        var number = 0;
        foreach (var (certificate, host) in plan.Tls.SelectMany(t => (t.Hosts.Count > 0 ? t.Hosts : [""]).Select(h => (t, h))))
        {
            var listener = new JsonObject { ["name"] = string.Create(CultureInfo.InvariantCulture, $"https-{++number}"), ["port"] = 443, ["protocol"] = "HTTPS" };
            if (host.Length > 0) listener["hostname"] = host;
            listener["tls"] = new JsonObject { ["certificateRefs"] = new JsonArray(new JsonObject { ["name"] = certificate.Secret }) };
            yield return listener;
        }
    }

    private static JsonObject Rule(PathPlan path) => new()
    {
        ["matches"] = new JsonArray(new JsonObject { ["path"] = new JsonObject { ["type"] = path.IsExact ? "Exact" : "PathPrefix", ["value"] = path.Path } }),
        ["backendRefs"] = new JsonArray(new JsonObject { ["name"] = path.Service, ["port"] = path.Port }),
    };
}
