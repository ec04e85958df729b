using System.Text.RegularExpressions;
using Mesh.Core.Resources.GatewayApi;

namespace Mesh.Core.Validation.Rules.GatewayApi;

/// <summary>What a GRPCRoute must satisfy beyond its fields.</summary>
internal static partial class ApiGrpcRouteRules
{
    private const int MaxMatches = 128;

    public static void Check(GrpcRouteSpec spec, RuleContext context)
    {
        ReferenceRules.CheckParents(spec.ParentRefs, context.Field("parentRefs"));
        GatewayHosts.Check(spec.Hostnames, context.Field("hostnames"));
        var rules = context.Field("rules");
        rules.CheckUnique(spec.Rules, r => r.Name, "rule", field: "name");
        if (spec.Rules.Sum(r => r.Matches.Length) > MaxMatches) rules.Error($"have more than {MaxMatches} matches together");
        for (var i = 0; i < spec.Rules.Length; i++) CheckRule(spec.Rules[i], rules.Item(i));
    }

    private static void CheckRule(GrpcRouteRule rule, RuleContext context)
    {
        ReferenceRules.CheckSection(rule.Name, context.Field("name"));
        for (var i = 0; i < rule.Matches.Length; i++)
        {
            var at = context.Field("matches").Item(i);
            if (rule.Matches[i].Method is { } method) CheckMethod(method, at.Field("method"));
            HttpRouteMatchRules.CheckHeaders(rule.Matches[i].Headers, at.Field("headers"));
        }

        FilterRules.Check(rule.Filters, context.Field("filters"));
        for (var i = 0; i < rule.BackendRefs.Length; i++)
        {
            var backend = rule.BackendRefs[i];
            var at = context.Field("backendRefs").Item(i);
            ReferenceRules.CheckBackend(backend.Group, backend.Kind, backend.Name, backend.Namespace, backend.Port, at);
            FilterRules.Check(backend.Filters, at.Field("filters"));
        }

        ApiHttpRouteRules.CheckSession(rule.SessionPersistence, context.Field("sessionPersistence"));
    }

    private static void CheckMethod(GrpcMethodMatch method, RuleContext context)
    {
        if (method is { Service: "", Method: "" }) context.ErrorOfWhole("must set service or method");
        if (method.Type == ValueMatchType.RegularExpression)
        {
            if (method.Service.Length > 0) RegexRules.Check(method.Service, context.Field("service"));
            if (method.Method.Length > 0) RegexRules.Check(method.Method, context.Field("method"));
            return;
        }

        if (method.Service.Length > 0 && !Service().IsMatch(method.Service)) context.Field("service").Error($"{Names.Quote(method.Service)} is not a service with its package");
        if (method.Method.Length > 0 && !Method().IsMatch(method.Method)) context.Field("method").Error($"{Names.Quote(method.Method)} is not a method");
    }

    [GeneratedRegex(@"\A\.?[A-Za-z_][A-Za-z_0-9]*(\.[A-Za-z_][A-Za-z_0-9]*)*\z")]
    private static partial Regex Service();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z_0-9]*\z")]
    private static partial Regex Method();
}
