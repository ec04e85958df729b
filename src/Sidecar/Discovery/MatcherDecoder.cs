using Envoy.Type.Matcher.V3;
using Mesh.Sidecar.Routing;
using HeaderCase = Envoy.Config.Route.V3.HeaderMatcher.HeaderMatchSpecifierOneofCase;
using QueryCase = Envoy.Config.Route.V3.QueryParameterMatcher.QueryParameterMatchSpecifierOneofCase;

namespace Mesh.Sidecar.Discovery;

/// <summary>Reads Envoy's matchers.</summary>
internal static class MatcherDecoder
{
    public static StringMatch String(StringMatcher matcher) => matcher.MatchPatternCase switch
    {
        StringMatcher.MatchPatternOneofCase.Exact => new StringMatch(StringMatchKind.Exact, matcher.Exact, matcher.IgnoreCase),
        StringMatcher.MatchPatternOneofCase.Prefix => new StringMatch(StringMatchKind.Prefix, matcher.Prefix, matcher.IgnoreCase),
        StringMatcher.MatchPatternOneofCase.Suffix => new StringMatch(StringMatchKind.Suffix, matcher.Suffix, matcher.IgnoreCase),
        StringMatcher.MatchPatternOneofCase.Contains => new StringMatch(StringMatchKind.Contains, matcher.Contains, matcher.IgnoreCase),
        StringMatcher.MatchPatternOneofCase.SafeRegex => Regex(matcher.SafeRegex.Regex, matcher.IgnoreCase),
        _ => throw new InvalidResourceException("a string matcher without a pattern"),
    };

    public static HeaderMatch Header(Envoy.Config.Route.V3.HeaderMatcher matcher)
    {
        var match = matcher.HeaderMatchSpecifierCase switch
        {
            HeaderCase.StringMatch => String(matcher.StringMatch),
            HeaderCase.ExactMatch => new StringMatch(StringMatchKind.Exact, matcher.ExactMatch),
            HeaderCase.PrefixMatch => new StringMatch(StringMatchKind.Prefix, matcher.PrefixMatch),
            HeaderCase.SuffixMatch => new StringMatch(StringMatchKind.Suffix, matcher.SuffixMatch),
            HeaderCase.ContainsMatch => new StringMatch(StringMatchKind.Contains, matcher.ContainsMatch),
            HeaderCase.SafeRegexMatch => Regex(matcher.SafeRegexMatch.Regex, ignoreCase: false),
            _ => null,
        };
        (long, long)? range = matcher.HeaderMatchSpecifierCase == HeaderCase.RangeMatch ? (matcher.RangeMatch.Start, matcher.RangeMatch.End) : null;
        var present = matcher.HeaderMatchSpecifierCase != HeaderCase.PresentMatch || matcher.PresentMatch;
        if (matcher.Name.Length == 0) throw new InvalidResourceException("a header matcher without a name");
        return new HeaderMatch(matcher.Name.ToLowerInvariant(), match, range, present, matcher.InvertMatch, matcher.TreatMissingHeaderAsEmpty);
    }

    public static QueryMatch Query(Envoy.Config.Route.V3.QueryParameterMatcher matcher) => matcher.QueryParameterMatchSpecifierCase switch
    {
        QueryCase.StringMatch => new QueryMatch(matcher.Name, String(matcher.StringMatch), present: true),
        QueryCase.PresentMatch => new QueryMatch(matcher.Name, null, matcher.PresentMatch),
        _ => new QueryMatch(matcher.Name, null, present: true),
    };

    public static StringMatch Regex(string pattern, bool ignoreCase) =>
        Guard(pattern, () => new StringMatch(StringMatchKind.Regex, pattern, ignoreCase));

    /// <summary>Turns a pattern's refusal into the resource's.</summary>
    public static T Guard<T>(string pattern, Func<T> compile)
    {
        try
        {
            return compile();
        }
        catch (NotSupportedException e)
        {
            throw new InvalidResourceException($"regular expression '{pattern}': {e.Message}");
        }
    }
}
