using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What one HTTP rule must satisfy.</summary>
internal static class HttpRouteRules
{
    public static void Check(HttpRoute route, GatewayScope scope, bool isDelegate, RuleContext context)
    {
        CheckAction(route, isDelegate, context);
        for (var i = 0; i < route.Match.Length; i++) HttpMatchRules.Check(route.Match[i], scope, context.Field("match").Item(i));
        DestinationRules.Check(route.Route, context.Field("route"));
        if (route.Redirect is { } redirect) RedirectRules.Check(redirect, context.Field("redirect"));
        if (route.Rewrite is { } rewrite) RewriteRules.Check(rewrite, context.Field("rewrite"));
        if (route.DirectResponse is { } response) DirectResponseRules.Check(response, context.Field("directResponse"));
        if (route.Delegate is { } other) CheckDelegate(other, context.Field("delegate"));
        if (route.Retries is { } retries) RetryRules.Check(retries, route.Timeout, context.Field("retries"));
        if (route.Fault is { } fault) FaultRules.Check(fault, context.Field("fault"));
        if (route.CorsPolicy is { } cors) CorsRules.Check(cors, context.Field("corsPolicy"));
        MirrorRules.Check(route, context);
        HeaderRules.Check(route.Headers, context.Field("headers"));
        if (route is { Rewrite.Authority.Length: > 0, Headers.Request: { } operations }) CheckHostOnce(operations, context.Field("headers").Field("request"));
    }

    private static void CheckAction(HttpRoute route, bool isDelegate, RuleContext context)
    {
        List<string> actions = [];
        if (!route.Route.IsEmpty) actions.Add("route");
        if (route.Redirect is not null) actions.Add("redirect");
        if (route.DirectResponse is not null) actions.Add("directResponse");
        if (route.Delegate is not null) actions.Add("delegate");
        if (actions.Count == 0) context.Field("route").ErrorOfWhole("required: a rule needs route, redirect or directResponse");
        if (actions.Count > 1) context.Conflict($"only one of {string.Join(", ", actions)} may be set");
        if (isDelegate && route.Delegate is not null) context.Field("delegate").Error("an object without hosts is delegated to and cannot delegate further");
        if (actions.Count != 1 || actions[0] is "route" or "delegate") return;
        if (route.Rewrite is not null) context.Field("rewrite").Error("nothing is forwarded that could be rewritten", "Remove it, or add a route.");
        if (route.Fault is not null) context.Field("fault").Conflict($"cannot be combined with {actions[0]}", "Remove it, or add a route.");
    }

    private static void CheckDelegate(Resources.Networking.Delegate other, RuleContext context)
    {
        if (!Names.IsDns1123Subdomain(other.Name)) context.Field("name").Error(other.Name.Length == 0 ? "required" : Names.SubdomainReason(other.Name));
        if (other.Namespace.Length > 0 && !Names.IsDns1123Label(other.Namespace)) context.Field("namespace").Error(Names.LabelReason(other.Namespace));
    }

    private static void CheckHostOnce(HeaderOperations operations, RuleContext context)
    {
        foreach (var (field, headers) in ((string, IEnumerable<string>)[])[("set", operations.Set.Keys), ("add", operations.Add.Keys)])
            foreach (var name in headers.Where(HeaderRules.IsHost)) context.Field(field).Field(name).Error("rewrite.authority sets the host already", "Keep one of the two.");
    }
}
