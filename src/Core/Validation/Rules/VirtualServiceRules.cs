using System.Collections.Immutable;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a VirtualService must satisfy beyond its fields, after Istio's own validation.</summary>
internal static class VirtualServiceRules
{
    public static void Check(VirtualService spec, RuleContext context)
    {
        if (spec.Hosts.IsEmpty) context.Field("hosts").ErrorOfWhole("required", "An object without hosts can only be delegated to, which is not supported yet.");
        CheckHosts(spec, context.Field("hosts"));
        CheckGateways(spec.Gateways, context.Field("gateways"));
        ExportRules.Check(spec.ExportTo, context.Field("exportTo"));
        if (spec.Http.IsEmpty && spec.Tcp.IsEmpty && spec.Tls.IsEmpty) context.Field("http").ErrorOfWhole("required: an object without rules routes nothing");
        var catchAll = -1;
        for (var i = 0; i < spec.Http.Length; i++)
        {
            var at = context.Field("http").Item(i);
            if (catchAll >= 0) at.Warn($"never reached: http[{catchAll}] matches every request", "Put it before that rule.");
            HttpRouteRules.Check(spec.Http[i], at);
            if (catchAll < 0 && IsCatchAll(spec.Http[i])) catchAll = i;
        }
    }

    /// <summary>Gateway references: <c>mesh</c>, <c>name</c> or <c>namespace/name</c>.</summary>
    public static void CheckGateways(ImmutableArray<string> gateways, RuleContext context)
    {
        for (var i = 0; i < gateways.Length; i++)
        {
            var parts = gateways[i].Split('/');
            var valid = parts.Length == 1 ? Names.IsDns1123Subdomain(parts[0]) : parts.Length == 2 && Names.IsDns1123Label(parts[0]) && Names.IsDns1123Subdomain(parts[1]);
            if (!valid) context.Item(i).Error($"{Names.Quote(gateways[i])} does not name a gateway", "Write \"mesh\", \"name\" or \"namespace/name\".");
        }
    }

    private static void CheckHosts(VirtualService spec, RuleContext context)
    {
        var inMesh = spec.Gateways.IsEmpty || spec.Gateways.Contains("mesh");
        for (var i = 0; i < spec.Hosts.Length; i++)
        {
            var host = spec.Hosts[i];
            Hosts.CheckHostOrWildcard(host, context.Item(i));
            if (host == "*" && inMesh) context.Item(i).Error("\"*\" is not allowed for sidecars", "Name hosts, or bind the object to gateways only.");
            if (spec.Hosts.IndexOf(host) < i) context.Item(i).Error($"{Names.Quote(host)} is given twice");
        }
    }

    private static bool IsCatchAll(HttpRoute route) => route.Match.IsEmpty || route.Match.Any(m =>
        m is { Uri: null or { Prefix: "/" }, Scheme: null, Method: null, Authority: null, Port: 0, SourceNamespace: "" }
        && m.Headers.IsEmpty && m.WithoutHeaders.IsEmpty && m.QueryParams.IsEmpty && m.SourceLabels.IsEmpty && m.Gateways.IsEmpty);
}
