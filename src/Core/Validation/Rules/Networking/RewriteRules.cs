using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What a rewrite must satisfy.</summary>
internal static class RewriteRules
{
    public static void Check(HttpRewrite rewrite, RuleContext context)
    {
        if (rewrite is { Uri: "", Authority: "", UriRegexRewrite: null }) context.ErrorOfWhole("must set uri, uriRegexRewrite or authority");
        if (rewrite is { Uri.Length: > 0, UriRegexRewrite: not null }) context.Conflict("only one of uri, uriRegexRewrite may be set");
        if (rewrite.Authority.Length > 0 && !Hosts.IsAuthority(rewrite.Authority)) context.Field("authority").Error($"{Names.Quote(rewrite.Authority)} is not a host with an optional port");
        RedirectRules.CheckPath(rewrite.Uri, context.Field("uri"));
        if (rewrite.UriRegexRewrite is { } regex) CheckRegex(regex, context.Field("uriRegexRewrite"));
    }

    private static void CheckRegex(RegexRewrite rewrite, RuleContext context)
    {
        if (rewrite.Rewrite.Length == 0) context.Field("rewrite").Error("required");
        if (rewrite.Match.Length == 0) context.Field("match").Error("required");
        else if (RegexRules.Check(rewrite.Match, context.Field("match")) is { } pattern) CheckReplacement(rewrite.Rewrite, pattern.GroupNames.Length, context.Field("rewrite"));
    }

    // As RE2 reads it: a backslash, then the number of a group or another backslash.
    private static void CheckReplacement(string replacement, int groups, RuleContext context)
    {
        for (var i = replacement.IndexOf('\\'); i >= 0; i = replacement.IndexOf('\\', i + 2))
        {
            var next = i + 1 < replacement.Length ? replacement[i + 1] : ' ';
            if (char.IsAsciiDigit(next))
            {
                if (next - '0' > groups) context.Error($"\\{next} is a group that the match, with {groups}, does not have");
            }
            else if (next != '\\')
            {
                context.Error("a backslash without the number of a group after it", "Write two for a backslash.");
            }

            if (i + 2 > replacement.Length) break;
        }
    }
}
