using System.Collections.Immutable;
using Mesh.Core.Resources.GatewayApi;

namespace Mesh.Core.Validation.Rules.GatewayApi;

/// <summary>What an HTTPRoute must satisfy beyond its fields.</summary>
internal static class ApiHttpRouteRules
{
    private const int MaxMatches = 128;

    public static void Check(HttpRouteSpec spec, RuleContext context)
    {
        ReferenceRules.CheckParents(spec.ParentRefs, context.Field("parentRefs"));
        GatewayHosts.Check(spec.Hostnames, context.Field("hostnames"));
        var rules = context.Field("rules");
        rules.CheckUnique(spec.Rules, r => r.Name, "rule", field: "name");
        if (spec.Rules.Sum(r => r.Matches.Length) > MaxMatches) rules.Error($"have more than {MaxMatches} matches together");
        for (var i = 0; i < spec.Rules.Length; i++) CheckRule(spec.Rules[i], rules.Item(i));
    }

    /// <summary>What keeps sessions, also of gRPC.</summary>
    public static void CheckSession(SessionPersistence? session, RuleContext context)
    {
        if (session is null) return;
        if (session.CookieConfig?.LifetimeType == CookieLifetime.Permanent && session.AbsoluteTimeout is null) context.Field("absoluteTimeout").Error("required for a cookie of lifetimeType Permanent");
        if (session is { Type: SessionPersistenceType.Header, CookieConfig: not null }) context.Field("cookieConfig").Error("needs type: Cookie");
    }

    private static void CheckRule(HttpRouteRule rule, RuleContext context)
    {
        ReferenceRules.CheckSection(rule.Name, context.Field("name"));
        for (var i = 0; i < rule.Matches.Length; i++) HttpRouteMatchRules.Check(rule.Matches[i], context.Field("matches").Item(i));
        CheckFilters(rule.Filters, rule, context.Field("filters"));
        if (rule.Filters.Any(f => f.RequestRedirect is not null) && !rule.BackendRefs.IsEmpty) context.Field("backendRefs").Error("a rule that redirects forwards nothing", "Remove the backendRefs or the RequestRedirect filter.");
        for (var i = 0; i < rule.BackendRefs.Length; i++)
        {
            var backend = rule.BackendRefs[i];
            var at = context.Field("backendRefs").Item(i);
            ReferenceRules.CheckBackend(backend.Group, backend.Kind, backend.Name, backend.Namespace, backend.Port, at);
            CheckFilters(backend.Filters, rule, at.Field("filters"));
        }

        if (rule.Timeouts is { Request: { } whole, BackendRequest: { } each } && whole > TimeSpan.Zero && each > whole) context.Field("timeouts").Field("backendRequest").Error("must not be longer than request");
        CheckSession(rule.SessionPersistence, context.Field("sessionPersistence"));
    }

    private static void CheckFilters(ImmutableArray<HttpRouteFilter> filters, HttpRouteRule rule, RuleContext context)
    {
        FilterRules.Check(filters, context);
        // The API server fills in what is left out before it judges: one match, of the prefix "/".
        var onePrefix = rule.Matches.IsDefaultOrEmpty || rule.Matches is [{ Path: null or { Type: null or HttpPathMatchType.PathPrefix } }];
        for (var i = 0; i < filters.Length; i++)
        {
            if (filters[i].RequestRedirect?.Path?.ReplacePrefixMatch is not null && !onePrefix) context.Item(i).Field("requestRedirect").Field("path").Field("replacePrefixMatch").Error("needs exactly one match in the rule, with a path of type PathPrefix");
            if (filters[i].UrlRewrite?.Path?.ReplacePrefixMatch is not null && !onePrefix) context.Item(i).Field("urlRewrite").Field("path").Field("replacePrefixMatch").Error("needs exactly one match in the rule, with a path of type PathPrefix");
        }
    }
}
