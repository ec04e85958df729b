using System.Collections.Immutable;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What the conditions of one HTTP rule must satisfy.</summary>
internal static class HttpMatchRules
{
    private static readonly ImmutableArray<string> OwnFields = ["uri", "scheme", "method", "authority"];

    public static void Check(HttpMatchRequest match, GatewayScope around, RuleContext context)
    {
        var scope = match.Gateways.IsEmpty ? around : new GatewayScope(match.Gateways);
        CheckUri(match, context);
        CheckString(match.Scheme, context.Field("scheme"));
        CheckString(match.Method, context.Field("method"));
        CheckString(match.Authority, context.Field("authority"));
        if (match.Method is { Exact: { Length: > 0 } method } && method.Any(char.IsAsciiLetterLower))
            context.Field("method").Field("exact").Warn($"never matches: methods are in upper case, {Names.Quote(method)} is not");
        CheckHeaders(match.Headers, scope, without: false, context.Field("headers"));
        CheckHeaders(match.WithoutHeaders, scope, without: true, context.Field("withoutHeaders"));
        CheckContradictions(match, context.Field("withoutHeaders"));
        foreach (var (name, value) in match.QueryParams)
        {
            if (name.Length == 0) context.Field("queryParams").Error("a parameter must have a name");
            CheckValue(value, context.Field("queryParams").Field(name));
        }

        SourceRules.Check(match.SourceLabels, match.SourceNamespace, scope, context);
        GatewayNameRules.Check(match.Gateways, context.Field("gateways"));
    }

    private static void CheckUri(HttpMatchRequest match, RuleContext context)
    {
        if (match.Uri is not { } uri) return;
        var at = context.Field("uri");
        if (uri is { Exact: null, Prefix: null, Regex: null }) at.ErrorOfWhole("must set exact, prefix or regex");
        if (uri.Exact is "") at.Field("exact").Error("must not be empty");
        CheckRegex(uri, at);
        CheckPathStart(uri.Exact, at.Field("exact"));
        CheckPathStart(uri.Prefix, at.Field("prefix"));
        if (match is { IgnoreUriCase: true, Uri.Regex: not null }) context.Field("ignoreUriCase").Warn("has no effect on a regular expression", "Start the expression with (?i).");
    }

    private static void CheckPathStart(string? path, RuleContext context)
    {
        if (path is { Length: > 0 } && path[0] != '/') context.Warn($"never matches: paths start with \"/\", {Names.Quote(path)} does not");
        else if (path is not null && path.IndexOfAny(['?', '#']) >= 0) context.Warn($"never matches: {Names.Quote(path)} has a query or fragment, which is not part of the path", "Match the query by queryParams.");
    }

    // Unlike a header, which may be asked only to be there, these are on every request, so a match must say something.
    private static void CheckString(StringMatch? match, RuleContext context)
    {
        if (match is null) return;
        if (match is { Exact: null, Prefix: null, Regex: null }) context.ErrorOfWhole("must set exact, prefix or regex");
        if (match.Exact is "") context.Field("exact").Error("must not be empty");
        CheckValue(match, context);
    }

    private static void CheckValue(StringMatch match, RuleContext context)
    {
        if (match.Prefix is "") context.Field("prefix").Error("must not be empty");
        CheckRegex(match, context);
    }

    private static void CheckRegex(StringMatch match, RuleContext context)
    {
        if (match.Regex is "") context.Field("regex").Error("must not be empty");
        else if (match.Regex is { } regex) RegexRules.Check(regex, context.Field("regex"));
    }

    private static void CheckHeaders(ImmutableSortedDictionary<string, StringMatch> headers, GatewayScope scope, bool without, RuleContext context)
    {
        foreach (var (name, value) in headers)
        {
            var at = context.Field(name);
            if (ClaimRules.IsClaim(name)) ClaimRules.Check(name, scope, at);
            else if (name.StartsWith(':')) at.Error($"{Names.Quote(name)} is not a header", $"Use {(name is ":path" ? "uri" : name[1..])} beside headers.");
            else if (!Names.IsPlainHeaderName(name)) at.Error($"{Names.Quote(name)} is not a header name");
            else if (OwnFields.Contains(name)) at.Error($"{Names.Quote(name)} is matched by its own field", $"Use {name} beside headers.");
            if (without && value.Regex is "*") continue; // no expression, but Istio takes it for "any value"
            CheckValue(value, at);
        }
    }

    private static void CheckContradictions(HttpMatchRequest match, RuleContext context)
    {
        foreach (var (name, value) in match.WithoutHeaders)
        {
            if (match.Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is not { } wanted) continue;
            if (value == wanted || value is { Exact: null, Prefix: null, Regex: null or "*" or ".*" })
                context.Field(name).Warn("never matches: headers asks for what is excluded here");
        }
    }
}
