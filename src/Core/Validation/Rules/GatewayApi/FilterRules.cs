using System.Collections.Immutable;
using Mesh.Core.Resources.GatewayApi;

namespace Mesh.Core.Validation.Rules.GatewayApi;

/// <summary>What the filters of a rule or backend must satisfy.</summary>
internal static class FilterRules
{
    private static readonly ImmutableArray<int> RedirectCodes = [301, 302, 303, 307, 308];

    public static void Check(ImmutableArray<HttpRouteFilter> filters, RuleContext context)
    {
        for (var i = 0; i < filters.Length; i++)
        {
            var filter = filters[i];
            var at = context.Item(i);
            CheckUnion(filter.Type?.ToString(),
            [
                ("requestHeaderModifier", "RequestHeaderModifier", filter.RequestHeaderModifier), ("responseHeaderModifier", "ResponseHeaderModifier", filter.ResponseHeaderModifier),
                ("requestMirror", "RequestMirror", filter.RequestMirror), ("requestRedirect", "RequestRedirect", filter.RequestRedirect), ("urlRewrite", "UrlRewrite", filter.UrlRewrite),
                ("cors", "Cors", filter.Cors), ("externalAuth", "ExternalAuth", filter.ExternalAuth), ("extensionRef", "ExtensionRef", filter.ExtensionRef),
            ], at);
            CheckHeaders(filter.RequestHeaderModifier, at.Field("requestHeaderModifier"));
            CheckHeaders(filter.ResponseHeaderModifier, at.Field("responseHeaderModifier"));
            CheckMirror(filter.RequestMirror, at.Field("requestMirror"));
            if (filter.RequestRedirect is { } redirect) CheckRedirect(redirect, at.Field("requestRedirect"));
            if (filter.UrlRewrite is { } rewrite) CheckRewrite(rewrite, at.Field("urlRewrite"));
            if (filter.Cors is { } cors) CorsFilterRules.Check(cors, at.Field("cors"));
            if (filter.ExternalAuth is { } auth) CheckAuth(auth, at.Field("externalAuth"));
            if (filter.ExtensionRef is { } extension) ReferenceRules.CheckName(extension.Group, extension.Kind, extension.Name, "", at.Field("extensionRef"));
            if (filter.Type is { } type and not (HttpRouteFilterType.RequestMirror or HttpRouteFilterType.ExtensionRef) && filters.Take(i).Any(f => f.Type == type)) at.Field("type").Error("the filter is given twice");
        }

        if (filters.Any(f => f.RequestRedirect is not null) && filters.Any(f => f.UrlRewrite is not null)) context.Error("only one of RequestRedirect, URLRewrite may be used");
    }

    public static void Check(ImmutableArray<GrpcRouteFilter> filters, RuleContext context)
    {
        for (var i = 0; i < filters.Length; i++)
        {
            var filter = filters[i];
            var at = context.Item(i);
            CheckUnion(filter.Type?.ToString(),
            [
                ("requestHeaderModifier", "RequestHeaderModifier", filter.RequestHeaderModifier), ("responseHeaderModifier", "ResponseHeaderModifier", filter.ResponseHeaderModifier),
                ("requestMirror", "RequestMirror", filter.RequestMirror), ("extensionRef", "ExtensionRef", filter.ExtensionRef),
            ], at);
            CheckHeaders(filter.RequestHeaderModifier, at.Field("requestHeaderModifier"));
            CheckHeaders(filter.ResponseHeaderModifier, at.Field("responseHeaderModifier"));
            CheckMirror(filter.RequestMirror, at.Field("requestMirror"));
            if (filter.ExtensionRef is { } extension) ReferenceRules.CheckName(extension.Group, extension.Kind, extension.Name, "", at.Field("extensionRef"));
            if (filter.Type is { } type and not (GrpcRouteFilterType.RequestMirror or GrpcRouteFilterType.ExtensionRef) && filters.Take(i).Any(f => f.Type == type)) at.Field("type").Error("the filter is given twice");
        }
    }

    // The type names the one field that is set.
    private static void CheckUnion(string? type, ReadOnlySpan<(string Field, string Type, object? Value)> fields, RuleContext context)
    {
        if (type is null) return;
        foreach (var (field, of, value) in fields)
        {
            if (of == type && value is null) context.Field(field).ErrorOfWhole("required for this type");
            if (of != type && value is not null) context.Field(field).Error("is not of this type", "One element is one filter; put it into an element of its own.");
        }
    }

    private static void CheckHeaders(HttpHeaderFilter? filter, RuleContext context)
    {
        if (filter is null) return;
        context.Field("set").CheckUnique(filter.Set, h => h.Name, "header", StringComparer.OrdinalIgnoreCase, "name");
        context.Field("add").CheckUnique(filter.Add, h => h.Name, "header", StringComparer.OrdinalIgnoreCase, "name");
        context.Field("remove").CheckUnique(filter.Remove, h => h, "header", StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < filter.Set.Length; i++) CheckHeader(filter.Set[i].Name, context.Field("set").Item(i).Field("name"));
        for (var i = 0; i < filter.Add.Length; i++) CheckHeader(filter.Add[i].Name, context.Field("add").Item(i).Field("name"));
        for (var i = 0; i < filter.Remove.Length; i++)
        {
            if (filter.Remove[i].Length == 0) context.Field("remove").Item(i).Error("must not be empty");
            CheckHeader(filter.Remove[i], context.Field("remove").Item(i));
        }
    }

    private static void CheckHeader(string name, RuleContext context)
    {
        if (name.Length > 0 && !Names.IsHeaderName(name)) context.Error($"{Names.Quote(name)} is not a header name");
    }

    private static void CheckMirror(HttpRequestMirrorFilter? mirror, RuleContext context)
    {
        if (mirror is null) return;
        ReferenceRules.CheckBackend(mirror.BackendRef, context.Field("backendRef"));
        if (mirror is { Percent: not null, Fraction: not null }) context.Error("only one of percent, fraction may be set");
        if (mirror.Fraction is { } fraction && fraction.Numerator > (fraction.Denominator ?? 100)) context.Field("fraction").Field("numerator").Error("must not be more than the denominator");
    }

    private static void CheckRedirect(HttpRequestRedirectFilter redirect, RuleContext context)
    {
        if (redirect.Scheme is { } scheme and not ("http" or "https")) context.Field("scheme").Error($"unknown value {Names.Quote(scheme)}", "Use http or https.");
        GatewayHosts.CheckPrecise(redirect.Hostname, context.Field("hostname"));
        if (redirect.StatusCode is { } code && !RedirectCodes.Contains(code)) context.Field("statusCode").Error($"must be {string.Join(", ", RedirectCodes)}, is {code}");
        CheckPath(redirect.Path, context.Field("path"));
    }

    private static void CheckRewrite(HttpUrlRewriteFilter rewrite, RuleContext context)
    {
        GatewayHosts.CheckPrecise(rewrite.Hostname, context.Field("hostname"));
        CheckPath(rewrite.Path, context.Field("path"));
    }

    private static void CheckPath(HttpPathModifier? path, RuleContext context)
    {
        if (path?.Type is not { } type) return;
        CheckUnion(type.ToString(), [("replaceFullPath", "ReplaceFullPath", path.ReplaceFullPath), ("replacePrefixMatch", "ReplacePrefixMatch", path.ReplacePrefixMatch)], context);
    }

    private static void CheckAuth(HttpExternalAuthFilter auth, RuleContext context)
    {
        ReferenceRules.CheckBackend(auth.BackendRef, context.Field("backendRef"));
        CheckUnion(auth.Protocol?.ToString(), [("http", "Http", auth.Http), ("grpc", "Grpc", auth.Grpc)], context);
    }
}
