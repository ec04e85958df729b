using System.Collections.Immutable;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules;

/// <summary>What the conditions of one HTTP rule must satisfy.</summary>
internal static class HttpMatchRules
{
    private static readonly ImmutableArray<string> OwnFields = ["uri", "scheme", "method", "authority"];

    public static void Check(HttpMatchRequest match, RuleContext context)
    {
        CheckUri(match, context);
        CheckString(match.Scheme, context.Field("scheme"));
        CheckString(match.Method, context.Field("method"));
        CheckString(match.Authority, context.Field("authority"));
        CheckHeaders(match.Headers, context.Field("headers"));
        CheckHeaders(match.WithoutHeaders, context.Field("withoutHeaders"));
        foreach (var (name, value) in match.QueryParams)
        {
            if (name.Length == 0) context.Field("queryParams").Error("a parameter must have a name");
            CheckValue(value, context.Field("queryParams").Field(name));
        }

        context.Field("sourceLabels").CheckLabels(match.SourceLabels);
        if (match.SourceNamespace.Length > 0 && !Names.IsDns1123Label(match.SourceNamespace)) context.Field("sourceNamespace").Error(Names.LabelReason(match.SourceNamespace));
        VirtualServiceRules.CheckGateways(match.Gateways, context.Field("gateways"));
    }

    private static void CheckUri(HttpMatchRequest match, RuleContext context)
    {
        CheckString(match.Uri, context.Field("uri"));
        CheckPathStart(match.Uri?.Exact, context.Field("uri").Field("exact"));
        CheckPathStart(match.Uri?.Prefix, context.Field("uri").Field("prefix"));
        if (match is { IgnoreUriCase: true, Uri.Regex: not null }) context.Field("ignoreUriCase").Warn("has no effect on a regular expression", "Start the expression with (?i).");
    }

    private static void CheckPathStart(string? path, RuleContext context)
    {
        if (path is { Length: > 0 } && path[0] != '/') context.Warn($"never matches: paths start with \"/\", {Names.Quote(path)} does not");
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
        if (match.Regex is "") context.Field("regex").Error("must not be empty");
        else if (match.Regex is { } regex) RegexRules.Check(regex, context.Field("regex"));
    }

    private static void CheckHeaders(ImmutableSortedDictionary<string, StringMatch> headers, RuleContext context)
    {
        foreach (var (name, value) in headers)
        {
            var at = context.Field(name);
            if (name.StartsWith(':')) at.Error($"{Names.Quote(name)} is not a header", $"Use {(name is ":path" ? "uri" : name[1..])} beside headers.");
            else if (!Names.IsHeaderName(name)) at.Error($"{Names.Quote(name)} is not a header name");
            else if (OwnFields.Contains(name)) at.Error($"{Names.Quote(name)} is matched by its own field", $"Use {name} beside headers.");
            CheckValue(value, at);
        }
    }
}
