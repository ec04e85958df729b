using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Mesh.Core.Resources.GatewayApi;

namespace Mesh.Core.Validation.Rules.GatewayApi;

/// <summary>What one match of an HTTPRoute must satisfy.</summary>
internal static partial class HttpRouteMatchRules
{
    private static readonly string[] NotInPaths = ["//", "/./", "/../", "%2f", "%2F", "#"];

    public static void Check(HttpRouteMatch match, RuleContext context)
    {
        if (match.Path is { } path) CheckPath(path, context.Field("path"));
        CheckHeaders(match.Headers, context.Field("headers"));
        var parameters = context.Field("queryParams");
        parameters.CheckUnique(match.QueryParams, p => p.Name, "parameter", field: "name");
        for (var i = 0; i < match.QueryParams.Length; i++)
        {
            if (!IsTokenOrEmpty(match.QueryParams[i].Name)) parameters.Item(i).Field("name").Error($"{Names.Quote(match.QueryParams[i].Name)} is not a name of letters, digits and signs of header names");
            CheckValue(match.QueryParams[i].Type, match.QueryParams[i].Value, parameters.Item(i));
        }
    }

    public static void CheckHeaders(ImmutableArray<HttpHeaderMatch> headers, RuleContext context)
    {
        context.CheckUnique(headers, h => h.Name, "header", StringComparer.OrdinalIgnoreCase, "name");
        for (var i = 0; i < headers.Length; i++)
        {
            if (!IsTokenOrEmpty(headers[i].Name)) context.Item(i).Field("name").Error($"{Names.Quote(headers[i].Name)} is not a header name");
            CheckValue(headers[i].Type, headers[i].Value, context.Item(i));
        }
    }

    private static void CheckPath(HttpPathMatch path, RuleContext context)
    {
        if (path.Value is not { } value) return;
        var at = context.Field("value");
        if (path.Type == HttpPathMatchType.RegularExpression) RegexRules.Check(value, at);
        else if (!value.StartsWith('/')) at.Error($"must start with \"/\", {Names.Quote(value)} does not");
        else if (Array.Find(NotInPaths, p => value.Contains(p, StringComparison.Ordinal)) is { } bad) at.Error($"must not contain {Names.Quote(bad)}");
        else if (value.EndsWith("/..", StringComparison.Ordinal) || value.EndsWith("/.", StringComparison.Ordinal)) at.Error("must not end with \"/..\" or \"/.\"");
        else if (!PathCharacters().IsMatch(value)) at.Error($"{Names.Quote(value)} has characters that paths do not have unescaped");
    }

    private static void CheckValue(ValueMatchType? type, string value, RuleContext context)
    {
        if (type == ValueMatchType.RegularExpression && value.Length > 0) RegexRules.Check(value, context.Field("value"));
    }

    private static bool IsTokenOrEmpty(string name) => name.Length == 0 || Names.IsHeaderName(name);

    [GeneratedRegex(@"\A(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+\z")]
    private static partial Regex PathCharacters();
}
