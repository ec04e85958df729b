using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What a VirtualService must satisfy beyond its fields, after Istio's own validation.</summary>
internal static class VirtualServiceRules
{
    public static void Check(VirtualService spec, RuleContext context)
    {
        var scope = new GatewayScope(spec.Gateways);
        CheckHosts(spec, scope, context);
        GatewayNameRules.Check(spec.Gateways, context.Field("gateways"));
        ExportRules.Check(spec.ExportTo, context.Field("exportTo"));
        if (spec.Http.IsEmpty && spec.Tcp.IsEmpty && spec.Tls.IsEmpty) context.Field("http").ErrorOfWhole("required: an object without rules routes nothing");
        CheckHttp(spec, scope, context.Field("http"));
        for (var i = 0; i < spec.Tls.Length; i++) TlsRouteRules.Check(spec.Tls[i], spec.Hosts, context.Field("tls").Item(i));
        for (var i = 0; i < spec.Tcp.Length; i++) TcpRouteRules.Check(spec.Tcp[i], context.Field("tcp").Item(i));
    }

    private static void CheckHttp(VirtualService spec, GatewayScope scope, RuleContext context)
    {
        var catchAll = -1;
        for (var i = 0; i < spec.Http.Length; i++)
        {
            var at = context.Item(i);
            if (catchAll >= 0) at.Warn($"never reached: http[{catchAll}] matches every request", "Put it before that rule.");
            HttpRouteRules.Check(spec.Http[i], scope, isDelegate: spec.Hosts.IsEmpty, at);
            if (catchAll < 0 && IsCatchAll(spec.Http[i])) catchAll = i;
        }
    }

    private static void CheckHosts(VirtualService spec, GatewayScope scope, RuleContext context)
    {
        if (spec.Hosts.IsEmpty)
        {
            CheckDelegate(spec, context);
            return;
        }

        for (var i = 0; i < spec.Hosts.Length; i++)
        {
            var host = spec.Hosts[i];
            var at = context.Field("hosts").Item(i);
            Hosts.CheckHostOrWildcard(host, at);
            if (host == "*" && scope.Mesh) at.Error("\"*\" is not allowed for sidecars", "Name hosts, or bind the object to gateways only.");
            else if (scope.Gateways && host.Length > 0 && host != "*" && host.IndexOfAny(['.', ':']) < 0)
                at.Warn($"gateways serve it as {host}.{context.Metadata.Namespace}.svc.cluster.local, which clients outside do not ask for", "Name the host that clients call.");
            if (spec.Hosts.IndexOf(host, 0, StringComparer.OrdinalIgnoreCase) < i) at.Error($"{Names.Quote(host)} is given twice");
            else if (spec.Hosts.Take(i).FirstOrDefault(h => Hosts.Overlap(h, host)) is { } other) at.Error($"{Names.Quote(host)} and {Names.Quote(other)} are one host for some requests", "Keep the wildcard, or give it an object of its own.");
        }
    }

    // Rules that other objects delegate to.
    private static void CheckDelegate(VirtualService spec, RuleContext context)
    {
        foreach (var (field, given) in ((string, bool)[])[("gateways", !spec.Gateways.IsEmpty), ("tls", !spec.Tls.IsEmpty), ("tcp", !spec.Tcp.IsEmpty)])
            if (given) context.Field(field).Conflict("must not be set in an object without hosts, which others delegate to");
    }

    private static bool IsCatchAll(HttpRoute route) => route.Match.IsEmpty || route.Match.Any(m =>
        m is { Uri: null or { Prefix: "/" or "" }, Scheme: null, Method: null, Authority: null, Port: 0, SourceNamespace: "" }
        && m.Headers.IsEmpty && m.WithoutHeaders.IsEmpty && m.QueryParams.IsEmpty && m.SourceLabels.IsEmpty && m.Gateways.IsEmpty);
}
